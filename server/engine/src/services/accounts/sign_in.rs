//! Signing in and out, and the limits on guessing.

use std::time::Duration;

use backend::{
    accounts::SignedIn,
    actor::{Actor, Credential, Origin},
    key::{self, Key},
};
use model::{
    access::Role,
    account::SignInForm,
    id::{UserId, WorkspaceId},
    problem::{Problem, ProblemKind},
};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Accounts;
use crate::{
    error::{Doing, Result},
    services::rate_limit::{network, too_many_attempts},
    store::{
        self, accounts,
        attempts::{self, Allowance},
        audit, sessions, tokens,
    },
};

const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Checks of one account's password from one address; from elsewhere its owner still gets in.
const PER_ACCOUNT: Allowance = Allowance { most: 10, window: WINDOW };
/// Checks from one address over all accounts: an office behind one address fits, a list does not.
const PER_ADDRESS: Allowance = Allowance { most: 100, window: WINDOW };
const MAX_USER_AGENT_CHARS: usize = 300;

impl Accounts {
    /// Opens a fresh session for the right password and ends the one the browser came with.
    /// A wrong password and an unknown account get the same words in the same time.
    pub async fn sign_in(
        &self,
        form: SignInForm,
        origin: &Origin,
        old_key: Option<&str>,
    ) -> Result<SignedIn> {
        let form = form.checked()?;
        let bucket = account_bucket(&form.email, origin);
        self.admit(&bucket, origin).await?;
        let mut conn = self.context.pool.acquire().await.doing("signing in")?;
        let found = accounts::find_credentials(&mut conn, &form.email).await?;
        // The connection goes back before the slow part.
        drop(conn);
        let hash = found.as_ref().map(|found| found.password_hash.clone());
        let right = self.passwords.verify(form.password, hash).await?;
        let Some(found) = found.filter(|_| right) else { return Err(wrong_password().into()) };
        let signed_in = self.open_session(&found, &bucket, origin).await?;
        if let Some(old_key) = old_key {
            self.sign_out(old_key).await?;
        }
        Ok(signed_in)
    }

    async fn open_session(
        &self,
        found: &accounts::Credentials,
        bucket: &str,
        origin: &Origin,
    ) -> Result<SignedIn> {
        let mut tx = store::begin(&self.context.pool).await.doing("signing in")?;
        attempts::clear(&mut tx, bucket).await?;
        sessions::delete_expired(&mut tx).await?;
        let view = accounts::find_session_view(&mut tx, found.workspace, found.user).await?;
        let Some(view) = view else { return Err(wrong_password().into()) };
        let signed_in = open(&mut tx, found.user, found.workspace, origin, view.role).await?;
        tx.commit().await.doing("signing in")?;
        Ok(signed_in)
    }

    async fn admit(&self, bucket: &str, origin: &Origin) -> Result<()> {
        let mut conn = self.context.pool.acquire().await.doing("counting sign-in attempts")?;
        let address = format!("address:{}", network(origin));
        for (bucket, allowance) in [(address.as_str(), PER_ADDRESS), (bucket, PER_ACCOUNT)] {
            if let Some(seconds) = attempts::admit(&mut conn, bucket, allowance).await? {
                tracing::warn!(ip = %origin.ip, seconds, "sign-in is closed after too many attempts");
                return Err(too_many_attempts(seconds).into());
            }
        }
        Ok(())
    }

    /// Ends the session of a key. Ending one that is not there is no error.
    pub async fn sign_out(&self, key: &str) -> Result<()> {
        let mut tx = store::begin(&self.context.pool).await.doing("signing out")?;
        if let Some((user, workspace)) = sessions::delete_by_key(&mut tx, &key::hash(key)).await? {
            let entry = audit::Entry {
                workspace: Some(workspace),
                user: Some(user),
                action: "session.ended",
                subject: None,
                detail: json!({}),
            };
            audit::append(&mut tx, entry).await?;
        }
        tx.commit().await.doing("signing out")
    }

    /// The actor of a session key, while the session lives; marks it as used, to the minute.
    pub async fn actor_of_session(&self, key: &str) -> Result<Option<Actor>> {
        let mut conn = self.context.pool.acquire().await.doing("looking a session up")?;
        let Some(session) = sessions::find(&mut conn, &key::hash(key)).await? else {
            return Ok(None);
        };
        if session.stale {
            sessions::touch(&mut conn, session.id).await?;
        }
        Ok(Some(Actor {
            user: session.user,
            workspace: session.workspace,
            role: session.role,
            credential: Credential::Session(session.id),
        }))
    }

    /// Reads an actor again: with their present role; none once the session or token has ended, or
    /// the membership was removed.
    pub async fn actor_now(&self, actor: &Actor) -> Result<Option<Actor>> {
        let mut conn = self.context.pool.acquire().await.doing("looking at an actor again")?;
        let (session, token) = match actor.credential {
            Credential::Session(id) => (Some(id), None),
            Credential::Token(id) => (None, Some(id)),
            Credential::Link(_) => return Ok(None),
            Credential::CommandLine => return Ok(Some(actor.clone())),
        };
        let role =
            sessions::current_role(&mut conn, actor.workspace, actor.user, session, token).await?;
        Ok(role.map(|role| Actor { role, ..actor.clone() }))
    }

    /// The actor of an API token, while it works; marks it as used, to the minute.
    pub async fn actor_of_token(&self, token: &str) -> Result<Option<Actor>> {
        if !key::is_token(token) {
            return Ok(None);
        }
        let mut conn = self.context.pool.acquire().await.doing("looking a token up")?;
        let Some(token) = tokens::find(&mut conn, &key::hash(token)).await? else {
            return Ok(None);
        };
        if token.stale {
            tokens::touch(&mut conn, token.workspace, token.id).await?;
        }
        Ok(Some(Actor {
            user: token.user,
            workspace: token.workspace,
            role: token.role,
            credential: Credential::Token(token.id),
        }))
    }
}

/// Opens a session in the caller's transaction, with a key nobody has seen before.
pub(super) async fn open(
    conn: &mut PgConnection,
    user: UserId,
    workspace: WorkspaceId,
    origin: &Origin,
    role: Role,
) -> Result<SignedIn> {
    let key = Key::session();
    let id = Uuid::now_v7();
    let user_agent: String =
        origin.user_agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT_CHARS).collect();
    let new = sessions::NewSession {
        id,
        key_hash: &key.hash(),
        user,
        workspace,
        user_agent: &user_agent,
    };
    sessions::insert(conn, new).await?;
    let entry = audit::Entry {
        workspace: Some(workspace),
        user: Some(user),
        action: "session.opened",
        subject: Some(id.to_string()),
        detail: json!({ "ip": origin.ip, "user_agent": user_agent }),
    };
    audit::append(conn, entry).await?;
    Ok(SignedIn {
        key,
        actor: Actor { user, workspace, role, credential: Credential::Session(id) },
    })
}

fn wrong_password() -> Problem {
    let detail = "The address or the password is wrong.";
    Problem::new(ProblemKind::SignedOut, "wrong_password", detail)
}

/// Hashed, so that the table of attempts does not collect addresses of people without an account.
fn account_bucket(email: &str, origin: &Origin) -> String {
    let account = hex::encode(key::hash(&email.to_lowercase()));
    format!("account:{account}:{}", network(origin))
}
