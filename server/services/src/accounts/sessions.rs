//! Who is signed in, and where; API tokens: shown once when made, then only named.

use backend::{accounts::NewToken, actor::Actor, key::Key};
use model::{
    access::{self, Permission},
    account::{SessionView, SignedInPlace, TokenForm, TokenView},
    audit::AuditAction,
    id::{TokenId, UserId},
    problem::{FieldProblem, Problem},
};
use serde_json::json;
use store::{accounts, audit, error::Result, members, sessions, tokens, workspaces};
use uuid::Uuid;

use super::Accounts;
use crate::{audit::entry, context::OrNotFound};

impl Accounts {
    /// Who the actor is and where, for every page's header.
    pub async fn session_view(&self, actor: &Actor) -> Result<SessionView> {
        let mut conn = self.ctx.connect("reading who is signed in").await?;
        let view = accounts::find_session_view(&mut conn, actor.workspace, actor.user).await?;
        let view = view.or_not_found("workspace")?;
        let workspaces = match actor.session() {
            Some(session) => workspaces::list(&mut conn, actor.user, Some(session)).await?,
            None => vec![],
        };
        // A token may be less than the person it belongs to, and opens one workspace only.
        Ok(SessionView { role: actor.role, workspaces, ..view })
    }

    /// The actor's open sessions, with the present one marked.
    pub async fn list_sessions(&self, actor: &Actor) -> Result<Vec<SignedInPlace>> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageOwnAccount, "listing sessions").await?;
        actor.require_person()?;
        sessions::list(&mut conn, actor.user, actor.session()).await
    }

    /// Ends one of the actor's own sessions.
    pub async fn revoke_session(&self, actor: &Actor, id: Uuid) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageOwnAccount, "ending a session").await?;
        actor.require_person()?;
        sessions::delete(&mut tx, actor.user, id).await?.or_not_found("session")?;
        tx.record(actor, AuditAction::SessionRevoked, id).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(actor.user);
        Ok(())
    }

    /// Ends every session of the actor but the one that asks.
    pub async fn revoke_other_sessions(&self, actor: &Actor) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageOwnAccount, "ending other sessions").await?;
        actor.require_person()?;
        let own = actor.session().unwrap_or_else(Uuid::nil);
        sessions::delete_others(&mut tx, actor.user, own).await?;
        audit::append(&mut tx, entry(actor, AuditAction::SessionOthersRevoked, None)).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(actor.user);
        Ok(())
    }
}

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
        let mut tx = self.ctx.begin("creating a token").await?;
        members::lock(&mut tx, actor.workspace).await?;
        if tokens::count(&mut tx, actor.workspace, actor.user).await? >= MOST_OF_PERSON {
            let words = format!(
                "You already have {MOST_OF_PERSON} tokens in this workspace. Revoke one that you \
                 don't use, then create this one."
            );
            return Err(Problem::conflict("too_many_tokens", words).into());
        }
        tokens::insert(&mut tx, new).await?;
        let (role, scope) = (form.role.as_str(), form.scope.as_str());
        let detail = json!({ "name": form.name, "role": role, "scope": scope });
        tx.record_with(actor, AuditAction::TokenCreated, id, detail).await?;
        tx.commit_with(NewToken { id, key }).await
    }

    /// The workspace's tokens for an admin, one's own for everybody else.
    pub async fn list_tokens(&self, actor: &Actor) -> Result<Vec<TokenView>> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageOwnAccount, "listing tokens").await?;
        tokens::list(&mut conn, actor.workspace, reach(actor)?).await
    }

    /// Revokes a token: any of the workspace for an admin, one's own for everybody else.
    pub async fn revoke_token(&self, actor: &Actor, id: TokenId) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageOwnAccount, "revoking a token").await?;
        let deleted = tokens::delete(&mut tx, actor.workspace, id, reach(actor)?).await?;
        let (name, user) = deleted.or_not_found("token")?;
        tx.record_with(actor, AuditAction::TokenRevoked, id, json!({ "name": name })).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(user);
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
