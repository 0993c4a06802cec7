//! Credentials of other services: set, replaced, listed by name and deleted, never read back.

use backend::actor::Actor;
use model::{
    access::Permission,
    secret::{SecretForm, SecretView, is_secret_name},
};
use serde_json::json;
use uuid::Uuid;

use super::ProviderAccess;
use crate::{
    error::{Doing, EngineError, Result},
    secret::Secret,
    services::audit::entry,
    store::{
        self, audit,
        secrets::{self, SecretKey, SecretRow},
    },
};

/// What setting a secret did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretSet {
    /// There was none of that name.
    Created,
    /// The one of that name has a new value.
    Replaced,
}

impl ProviderAccess {
    /// Keeps a secret under a name, replacing the one before.
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
        let key = match known {
            Some(known) => SecretKey { version: known.version + 1, ..known },
            None => SecretKey { id: Uuid::now_v7(), version: 1 },
        };
        let sealed =
            self.context.deps.vault.seal(&key.place(actor.workspace), &Secret::new(form.value));
        let sealed = sealed.map_err(|error| EngineError::internal("sealing a secret", error))?;
        let row = SecretRow {
            workspace: actor.workspace,
            key,
            name,
            hosts: &form.hosts,
            sealed: &sealed,
            user: actor.user,
        };
        let (set, action) = match known {
            Some(_) => {
                secrets::replace(&mut tx, row).await?;
                (SecretSet::Replaced, "secret.replaced")
            }
            None if secrets::insert(&mut tx, row).await? => (SecretSet::Created, "secret.created"),
            None => return Err(secret_exists(name)),
        };
        let mut line = entry(actor, action, Some(name.to_owned()));
        line.detail = json!({ "hosts": form.hosts });
        audit::append(&mut tx, line).await?;
        tx.commit().await.doing("keeping a secret")?;
        Ok(set)
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
        audit::append(&mut tx, entry(actor, "secret.deleted", Some(name.to_owned()))).await?;
        tx.commit().await.doing("deleting a secret")
    }
}

/// Answers "not found" for a name that no secret can have: some of these PostgreSQL cannot even
/// look up.
fn require_valid_name(name: &str) -> Result<()> {
    if is_secret_name(name) { Ok(()) } else { Err(EngineError::NotFound("secret")) }
}

fn secret_exists(name: &str) -> EngineError {
    let detail =
        format!("Somebody else has just set the secret {name}. Look at it, then try again.");
    EngineError::Conflict { code: "secret_exists", detail }
}
