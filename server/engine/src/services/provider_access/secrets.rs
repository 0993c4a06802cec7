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
    audit,
    error::{Doing, EngineError, Result},
    secrets::{self, LockedSecret, SecretKey, SecretRow},
};
use uuid::Uuid;
use vault::{Sealed, secret::Secret};

use super::ProviderAccess;
use crate::services::audit::entry;

impl ProviderAccess {
    /// Keeps a secret under a name, replacing the one before. Without a value the one before stays,
    /// for some of its hosts.
    pub async fn set_secret(
        &self,
        actor: &Actor,
        name: &str,
        form: SecretForm,
    ) -> Result<SecretSet> {
        actor.require(Permission::ManageSecrets)?;
        let form = form.checked(name)?;
        let mut tx = store::begin(&self.context.pool).await.doing("keeping a secret")?;
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
        let mut line = entry(actor, action, Some(name.to_owned()));
        line.detail = json!({ "hosts": hosts });
        audit::append(&mut tx, line).await?;
        tx.commit().await.doing("keeping a secret")?;
        Ok(set)
    }

    /// Encrypts a value for the version of a secret that it becomes.
    fn seal(&self, actor: &Actor, key: SecretKey, value: String) -> Result<Sealed> {
        let place = key.place(actor.workspace);
        let sealed = self.context.deps.vault.seal(&place, &Secret::new(value));
        sealed.map_err(|error| EngineError::internal("sealing a secret", error))
    }

    /// The workspace's secrets, and the steps of its templates that name one.
    pub async fn secret_list(&self, actor: &Actor) -> Result<SecretList> {
        actor.require(Permission::ManageSecrets)?;
        let mut conn = self.context.pool.acquire().await.doing("listing secrets")?;
        Ok(SecretList {
            secrets: secrets::list(&mut conn, actor.workspace, None).await?,
            uses: secrets::list_uses(&mut conn, actor.workspace).await?,
        })
    }

    /// The workspace's secrets by name, without their values.
    pub async fn list_secrets(&self, actor: &Actor) -> Result<Vec<SecretView>> {
        actor.require(Permission::ManageSecrets)?;
        let mut conn = self.context.pool.acquire().await.doing("listing secrets")?;
        secrets::list(&mut conn, actor.workspace, None).await
    }

    /// One secret, without its value.
    pub async fn secret(&self, actor: &Actor, name: &str) -> Result<SecretView> {
        actor.require(Permission::ManageSecrets)?;
        require_valid_name(name)?;
        let mut conn = self.context.pool.acquire().await.doing("looking for a secret")?;
        let mut found = secrets::list(&mut conn, actor.workspace, Some(name)).await?;
        found.pop().ok_or(EngineError::NotFound("secret"))
    }

    /// Forgets a secret; steps that name it fail from then on.
    pub async fn delete_secret(&self, actor: &Actor, name: &str) -> Result<()> {
        actor.require(Permission::ManageSecrets)?;
        require_valid_name(name)?;
        let mut tx = store::begin(&self.context.pool).await.doing("deleting a secret")?;
        if !secrets::delete(&mut tx, actor.workspace, name).await? {
            return Err(EngineError::NotFound("secret"));
        }
        audit::append(&mut tx, entry(actor, AuditAction::SecretDeleted, Some(name.to_owned())))
            .await?;
        tx.commit().await.doing("deleting a secret")
    }
}

/// Answers "not found" for a name that no secret can have: some of these PostgreSQL cannot even
/// look up.
fn require_valid_name(name: &str) -> Result<()> {
    if is_secret_name(name) { Ok(()) } else { Err(EngineError::NotFound("secret")) }
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
