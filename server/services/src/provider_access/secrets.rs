//! Credentials of other services: set, replaced, listed by name and deleted, never read back.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    problem::{FieldProblem, Problem},
    secret::{SecretForm, SecretList, SecretSet, SecretView, is_secret_name},
};
use serde_json::json;
use store::{
    error::{EngineError, Result},
    secrets::{self, LockedSecret, SecretKey, SecretRow},
};
use uuid::Uuid;
use vault::{Sealed, secret::Secret};

use super::ProviderAccess;
use crate::context::OrNotFound;

impl ProviderAccess {
    /// Keeps a secret under a name, replacing the one before. Without a value the one before stays,
    /// for some of its hosts.
    pub async fn set_secret(
        &self,
        actor: &Actor,
        name: &str,
        form: SecretForm,
    ) -> Result<SecretSet> {
        let mut tx = self.ctx.change(actor, Permission::ManageSecrets, "keeping a secret").await?;
        let form = form.checked(name)?;
        let known = secrets::lock(&mut tx, actor.workspace, name).await?;
        let hosts = form.hosts;
        let (set, action) = match (known, form.value) {
            (Some(known), Some(value)) => {
                let key = SecretKey { version: known.key.version + 1, ..known.key };
                let sealed = self.seal(actor, key, value)?;
                secrets::replace(&mut tx, row(actor, key, name, &hosts, &sealed)).await?;
                (SecretSet::Replaced, AuditAction::SecretReplaced)
            }
            (Some(known), None) => {
                require_known_hosts(&known, &hosts)?;
                secrets::set_hosts(&mut tx, actor.workspace, known.key, &hosts).await?;
                (SecretSet::Replaced, AuditAction::SecretHostsChanged)
            }
            (None, Some(value)) => {
                let key = SecretKey { id: Uuid::now_v7(), version: 1 };
                let sealed = self.seal(actor, key, value)?;
                if !secrets::insert(&mut tx, row(actor, key, name, &hosts, &sealed)).await? {
                    return Err(secret_exists(name));
                }
                (SecretSet::Created, AuditAction::SecretCreated)
            }
            (None, None) => return Err(value_missing("Enter the secret.").into()),
        };
        tx.record_with(actor, action, name, json!({ "hosts": hosts })).await?;
        tx.commit_with(set).await
    }

    /// Encrypts a value for the version of a secret that it becomes.
    fn seal(&self, actor: &Actor, key: SecretKey, value: String) -> Result<Sealed> {
        let place = key.place(actor.workspace);
        let sealed = self.ctx.deps.vault.seal(&place, &Secret::new(value));
        sealed.map_err(|error| EngineError::internal("sealing a secret", error))
    }

    /// The workspace's secrets, and the steps of its templates that name one.
    pub async fn secret_list(&self, actor: &Actor) -> Result<SecretList> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageSecrets, "listing secrets").await?;
        Ok(SecretList {
            secrets: secrets::list(&mut conn, actor.workspace, None).await?,
            uses: secrets::list_uses(&mut conn, actor.workspace).await?,
        })
    }

    /// The workspace's secrets by name, without their values.
    pub async fn list_secrets(&self, actor: &Actor) -> Result<Vec<SecretView>> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageSecrets, "listing secrets").await?;
        secrets::list(&mut conn, actor.workspace, None).await
    }

    /// One secret, without its value.
    pub async fn secret(&self, actor: &Actor, name: &str) -> Result<SecretView> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageSecrets, "looking for a secret").await?;
        require_valid_name(name)?;
        let mut found = secrets::list(&mut conn, actor.workspace, Some(name)).await?;
        found.pop().or_not_found("secret")
    }

    /// Forgets a secret; steps that name it fail from then on.
    pub async fn delete_secret(&self, actor: &Actor, name: &str) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::ManageSecrets, "deleting a secret").await?;
        require_valid_name(name)?;
        secrets::delete(&mut tx, actor.workspace, name).await?.or_not_found("secret")?;
        tx.record(actor, AuditAction::SecretDeleted, name).await?;
        tx.commit().await
    }
}

/// Answers "not found" for a name that no secret can have: some of these PostgreSQL cannot even
/// look up.
fn require_valid_name(name: &str) -> Result<()> {
    is_secret_name(name).or_not_found("secret")
}

/// A version of a secret as it is written for the actor.
fn row<'a>(
    actor: &Actor,
    key: SecretKey,
    name: &'a str,
    hosts: &'a [String],
    sealed: &'a Sealed,
) -> SecretRow<'a> {
    SecretRow { workspace: actor.workspace, key, name, hosts, sealed, user: actor.user }
}

/// Refuses a host that the kept value was never for: otherwise whoever may change hosts could have
/// a secret sent to themselves that they do not know.
fn require_known_hosts(known: &LockedSecret, hosts: &[String]) -> Result<(), Problem> {
    match hosts.iter().find(|host| !known.hosts.contains(host)) {
        None => Ok(()),
        Some(host) => Err(value_missing(&format!("To allow {host}, enter the secret again."))),
    }
}

fn value_missing(message: &str) -> Problem {
    let error = FieldProblem::field("value_missing", "value", message);
    Problem::invalid("The secret was not saved.", vec![error])
}

fn secret_exists(name: &str) -> EngineError {
    let detail =
        format!("Someone else just changed the secret {name}. Reload the page and try again.");
    EngineError::Conflict { code: "secret_exists", detail }
}
