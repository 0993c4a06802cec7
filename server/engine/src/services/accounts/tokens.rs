//! API tokens: shown once when made, then only named.

use backend::{accounts::NewToken, actor::Actor, key::Key};
use model::{
    access::{self, Permission},
    account::{TokenForm, TokenView},
    audit::AuditAction,
    id::{TokenId, UserId},
    problem::{FieldProblem, Problem},
};
use store::{
    audit,
    error::{Doing, EngineError, Result},
    members, tokens,
};
use uuid::Uuid;

use super::Accounts;
use crate::services::audit::entry;

/// The most tokens that one person has in a workspace, expired ones included.
const MOST_OF_PERSON: i64 = 50;

impl Accounts {
    /// Makes a token that acts for the actor and may do at most what they may. A token makes none:
    /// one that leaked could not be got rid of.
    pub async fn create_token(&self, actor: &Actor, form: TokenForm) -> Result<NewToken> {
        actor.require(Permission::ManageOwnAccount)?;
        actor.require_person()?;
        actor.require_unarchived()?;
        let form = form.checked()?;
        if form.role > actor.role {
            let message = format!("Your role is {}. A token can't have a higher one.", actor.role);
            let error = FieldProblem::field("role_too_high", "role", message);
            return Err(Problem::invalid("The token was not created.", vec![error]).into());
        }
        let (id, key) = (TokenId(Uuid::now_v7()), Key::token());
        let new = tokens::NewToken {
            id,
            workspace: actor.workspace,
            user: actor.user,
            name: &form.name,
            role: form.role,
            scope: form.scope,
            token_hash: &key.hash(),
            expires_in_days: form.expires_in_days.and_then(|days| i32::try_from(days).ok()),
        };
        let mut tx = store::begin(&self.context.pool).await.doing("creating a token")?;
        members::lock(&mut tx, actor.workspace).await?;
        if tokens::count(&mut tx, actor.workspace, actor.user).await? >= MOST_OF_PERSON {
            let words = format!(
                "You already have {MOST_OF_PERSON} tokens in this workspace. Revoke one that you \
                 don't use, then create this one."
            );
            return Err(Problem::conflict("too_many_tokens", words).into());
        }
        tokens::insert(&mut tx, new).await?;
        let line = entry(actor, AuditAction::TokenCreated, Some(id.to_string()))
            .with_detail("name", form.name)
            .with_detail("role", form.role.as_str())
            .with_detail("scope", form.scope.as_str());
        audit::append(&mut tx, line).await?;
        tx.commit().await.doing("creating a token")?;
        Ok(NewToken { id, key })
    }

    /// The workspace's tokens for an admin, one's own for everybody else.
    pub async fn list_tokens(&self, actor: &Actor) -> Result<Vec<TokenView>> {
        actor.require(Permission::ManageOwnAccount)?;
        let mut conn = self.context.pool.acquire().await.doing("listing tokens")?;
        tokens::list(&mut conn, actor.workspace, reach(actor)?).await
    }

    /// Revokes a token: any of the workspace for an admin, one's own for everybody else.
    pub async fn revoke_token(&self, actor: &Actor, id: TokenId) -> Result<()> {
        actor.require(Permission::ManageOwnAccount)?;
        let mut tx = store::begin(&self.context.pool).await.doing("revoking a token")?;
        let deleted = tokens::delete(&mut tx, actor.workspace, id, reach(actor)?).await?;
        let (name, user) = deleted.ok_or(EngineError::NotFound("token"))?;
        let line = entry(actor, AuditAction::TokenRevoked, Some(id.to_string()));
        audit::append(&mut tx, line.with_detail("name", name)).await?;
        tx.commit().await.doing("revoking a token")?;
        self.context.bus.end_streams_of(user);
        Ok(())
    }
}

fn reach(actor: &Actor) -> Result<Option<UserId>> {
    if access::can(actor.role, Permission::ManageTokens) {
        return Ok(None);
    }
    actor.require_person()?;
    Ok(Some(actor.user))
}
