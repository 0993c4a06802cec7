//! Signing in and out, and the limits on guessing.

use std::time::Duration;

use backend::{
    accounts::{OpenedSession, SignedIn},
    actor::{Actor, Credential, Origin, Person},
    key::{self, Key},
};
use model::{
    access::{Role, TokenScope},
    account::SignInForm,
    audit::AuditAction,
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
        audit, members, sessions, tokens,
        workspaces::{self, Standing},
    },
};

const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Checks of one account's password from one address; from elsewhere its owner still gets in.
const PER_ACCOUNT: Allowance = Allowance { most: 10, window: WINDOW };
/// Checks from one address over all accounts: an office behind one address fits, a list does not.
const PER_ADDRESS: Allowance = Allowance { most: 100, window: WINDOW };

impl Accounts {
    /// Opens a fresh session for the right password and ends the one the browser came with.
    /// A wrong password and an unknown account get the same words in the same time.
    pub async fn sign_in(
        &self,
        form: SignInForm,
        origin: &Origin,
        old_key: Option<&str>,
    ) -> Result<OpenedSession> {
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
        self.require_password_way(found.user).await?;
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
    ) -> Result<OpenedSession> {
        let mut tx = store::begin(&self.context.pool).await.doing("signing in")?;
        attempts::clear(&mut tx, bucket).await?;
        let (opened, _) = open_at_home(&mut tx, found.user, origin).await?;
        tx.commit().await.doing("signing in")?;
        Ok(opened)
    }

    /// Counts a check of a password, and refuses it after too many.
    pub(super) async fn admit(&self, bucket: &str, origin: &Origin) -> Result<()> {
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
                workspace,
                user: Some(user),
                action: AuditAction::SessionEnded,
                subject: None,
                detail: json!({}),
                source: audit::Source::default(),
            };
            audit::append(&mut tx, entry).await?;
        }
        tx.commit().await.doing("signing out")
    }

    /// The actor of a session key, while the session lives and is in a workspace; marks it as used,
    /// to the minute.
    pub async fn actor_of_session(&self, key: &str) -> Result<Option<Actor>> {
        Ok(self.visitor_of_session(key).await?.and_then(|visitor| visitor.actor))
    }

    /// Who a session key belongs to, while the session lives; marks it as used, to the minute.
    pub async fn visitor_of_session(&self, key: &str) -> Result<Option<SignedInVisitor>> {
        let mut conn = self.context.pool.acquire().await.doing("looking a session up")?;
        let Some(session) = sessions::find(&mut conn, &key::hash(key)).await? else {
            return Ok(None);
        };
        if session.stale {
            sessions::touch(&mut conn, session.id).await?;
            if let Some(standing) = session.standing {
                members::touch(&mut conn, standing.workspace, session.user).await?;
            }
        }
        let person = Person { user: session.user, session: session.id };
        let actor = session.standing.map(|standing| actor_in(person, standing));
        Ok(Some(SignedInVisitor { person, actor }))
    }

    /// Reads an actor again: with their present role; none once the session or token has ended, the
    /// session has gone into another workspace, or the membership was removed.
    pub async fn actor_now(&self, actor: &Actor) -> Result<Option<Actor>> {
        let mut conn = self.context.pool.acquire().await.doing("looking at an actor again")?;
        let (session, token) = match actor.credential {
            Credential::Session(id) => (Some(id), None),
            Credential::Token(id) => (None, Some(id)),
            Credential::Link(_) => return Ok(None),
            Credential::CommandLine => return Ok(Some(actor.clone())),
        };
        let now =
            sessions::current_standing(&mut conn, actor.workspace, actor.user, session, token);
        let now = now.await?;
        Ok(now.map(|Standing { role, archived, .. }| Actor { role, archived, ..actor.clone() }))
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
            members::touch(&mut conn, token.workspace, token.user).await?;
        }
        Ok(Some(Actor {
            user: token.user,
            workspace: token.workspace,
            role: token.role,
            archived: token.archived,
            credential: Credential::Token(token.id),
            scope: token.scope,
            origin: None,
        }))
    }
}

/// Somebody with a living session.
#[derive(Debug, Clone)]
pub struct SignedInVisitor {
    /// Whose session it is.
    pub person: Person,
    /// The same as a member of the workspace that they are in; none where they are in none.
    pub actor: Option<Actor>,
}

/// Opens a session in a workspace that is in use, in the caller's transaction.
pub(super) async fn open(
    conn: &mut PgConnection,
    user: UserId,
    workspace: WorkspaceId,
    origin: &Origin,
    role: Role,
) -> Result<SignedIn> {
    let standing = Standing { workspace, role, archived: false };
    let (key, person) = insert_session(conn, user, Some(workspace), origin).await?;
    Ok(SignedIn { key, actor: actor_in(person, standing) })
}

/// Opens a session in a person's home, or in none, in the caller's transaction; says which one it is.
pub(super) async fn open_at_home(
    conn: &mut PgConnection,
    user: UserId,
    origin: &Origin,
) -> Result<(OpenedSession, Uuid)> {
    let home = workspaces::find_home(conn, user).await?;
    let workspace = home.map(|home| home.workspace);
    let (key, person) = insert_session(conn, user, workspace, origin).await?;
    // After the membership is locked, which comes before sessions.
    sessions::delete_expired(conn).await?;
    let actor = home.map(|home| actor_in(person, home));
    Ok((OpenedSession { key, actor }, person.session))
}

fn actor_in(person: Person, standing: Standing) -> Actor {
    Actor {
        user: person.user,
        workspace: standing.workspace,
        role: standing.role,
        archived: standing.archived,
        credential: Credential::Session(person.session),
        scope: TokenScope::Full,
        origin: None,
    }
}

/// Inserts a session with a key nobody has seen before.
async fn insert_session(
    conn: &mut PgConnection,
    user: UserId,
    workspace: Option<WorkspaceId>,
    origin: &Origin,
) -> Result<(Key, Person)> {
    let key = Key::session();
    let id = Uuid::now_v7();
    let new = sessions::NewSession {
        id,
        key_hash: &key.hash(),
        user,
        workspace,
        user_agent: &origin.kept_user_agent(),
    };
    if let Some(workspace) = workspace {
        members::touch(conn, workspace, user).await?;
    }
    sessions::insert(conn, new).await?;
    let entry = audit::Entry {
        workspace,
        user: Some(user),
        action: AuditAction::SessionOpened,
        subject: Some(id.to_string()),
        detail: json!({}),
        source: audit::Source { credential: Some(Credential::Session(id)), ..origin.into() },
    };
    audit::append(conn, entry).await?;
    Ok((key, Person { user, session: id }))
}

fn wrong_password() -> Problem {
    let detail = "Wrong email or password.";
    Problem::new(ProblemKind::SignedOut, "wrong_password", detail)
}

/// Hashed, so that the table of attempts does not collect addresses of people without an account.
pub(super) fn account_bucket(email: &str, origin: &Origin) -> String {
    let account = hex::encode(key::hash(&email.to_lowercase()));
    format!("account:{account}:{}", network(origin))
}
