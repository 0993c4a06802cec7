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
use outside::oidc::Oidc;
use serde_json::json;
use sqlx::PgConnection;
use store::{
    accounts,
    attempts::{self, Allowance},
    audit,
    error::Result,
    members, sessions, tokens,
    workspaces::{self, Membership},
};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::Accounts;
use crate::{
    context::ServiceContext,
    rate_limit::{network, too_many_attempts},
};

const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Checks of one account's password from one address; from elsewhere its owner still gets in.
const PER_ACCOUNT: Allowance = Allowance { most: 10, window: WINDOW };
/// Checks from one address over all accounts: an office behind one address fits, a list does not.
const PER_ADDRESS: Allowance = Allowance { most: 100, window: WINDOW };
/// Checks of one account's password from an address that has no more: who knows theirs gets in,
/// whatever others behind the same address have tried.
const IN_A_CROWD: Allowance = Allowance { most: 2, window: WINDOW };
/// Checks from an address that has no more, over all accounts: nobody tries two passwords of each.
const OF_A_CROWD: Allowance = Allowance { most: 500, window: WINDOW };
/// Where the sign-in provider leads back to from signing out.
const SIGNED_OUT: &str = "/api/v1/oidc/signed-out";
/// Seconds after which a check that found no place among those of a crowded address is tried again.
const CROWD_RETRY_S: u64 = 5;

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
        let _place = self.admit(&bucket, origin).await?;
        let mut conn = self.ctx.connect("signing in").await?;
        let found = accounts::find_credentials(&mut conn, &form.email).await?;
        // The connection goes back before the slow part.
        drop(conn);
        let hash = found.as_ref().map(|found| found.password_hash.clone());
        let right = self.passwords.verify(form.password, hash).await?;
        let Some(found) = found.filter(|_| right) else { return Err(wrong_password().into()) };
        require_password_way(&self.ctx, found.user).await?;
        let signed_in = self.open_session(&found, &bucket, origin).await?;
        if let Some(old_key) = old_key {
            self.end_session(old_key).await?;
        }
        Ok(signed_in)
    }

    async fn open_session(
        &self,
        found: &accounts::Credentials,
        bucket: &str,
        origin: &Origin,
    ) -> Result<OpenedSession> {
        let mut tx = self.ctx.begin("signing in").await?;
        attempts::clear(&mut tx, bucket).await?;
        let (opened, _) = open_at_home(&mut tx, found.user, origin).await?;
        tx.commit_with(opened).await
    }

    /// Counts a check of a password, and refuses it after too many of this account from here. Where
    /// there were too many of others, an account has few left, and few are checked at once: the
    /// permit is held until then.
    pub(super) async fn admit(
        &self,
        bucket: &str,
        origin: &Origin,
    ) -> Result<Option<OwnedSemaphorePermit>> {
        let mut conn = self.ctx.connect("counting sign-in attempts").await?;
        let network = network(origin);
        let address = format!("address:{network}");
        let is_crowded = attempts::admit(&mut conn, &address, PER_ADDRESS).await?.is_some();
        let place = if is_crowded {
            let place = self.crowds.find_place(network);
            Some(place.ok_or_else(|| too_many_attempts(CROWD_RETRY_S))?)
        } else {
            None
        };
        let allowance = if is_crowded { IN_A_CROWD } else { PER_ACCOUNT };
        let mut closed_for = attempts::admit(&mut conn, bucket, allowance).await?;
        if is_crowded && closed_for.is_none() {
            closed_for =
                attempts::admit(&mut conn, &format!("crowd:{network}"), OF_A_CROWD).await?;
        }
        match closed_for {
            None => Ok(place),
            Some(seconds) => {
                tracing::warn!(ip = %origin.ip, seconds, "sign-in is closed after too many attempts");
                Err(too_many_attempts(seconds).into())
            }
        }
    }

    /// Ends the session of a key. Gives the address at which the browser signs out of the provider,
    /// which leads back to `next`, where the session is of a sign-in there and the provider has such
    /// an address.
    pub async fn sign_out(&self, key: &str, next: &str) -> Result<Option<String>> {
        let id_token = self.end_session(key).await?;
        let Some((id_token, provider)) = id_token.zip(self.ctx.deps.oidc.as_ref()) else {
            return Ok(None);
        };
        let back = self.ctx.deps.address_of(SIGNED_OUT);
        Ok(provider.sign_out_url(&id_token, &back, next).await.map(String::from))
    }

    /// Ends the session of a key; gives the ID token of the sign-in at the provider that it is of.
    /// Ending one that is not there is no error.
    pub(super) async fn end_session(&self, key: &str) -> Result<Option<String>> {
        let mut tx = self.ctx.begin("signing out").await?;
        let ended = sessions::delete_by_key(&mut tx, &key::hash(key)).await?;
        if let Some(ended) = &ended {
            let entry = audit::Entry {
                workspace: ended.workspace,
                user: Some(ended.user),
                action: AuditAction::SessionEnded,
                subject: None,
                detail: json!({}),
                source: audit::Source::default(),
            };
            audit::append(&mut tx, entry).await?;
        }
        tx.commit().await?;
        Ok(ended.and_then(|ended| {
            self.ctx.bus.end_streams_of(ended.user);
            ended.id_token
        }))
    }

    /// The actor of a session key, while the session lives and is in a workspace; marks it as used,
    /// to the minute.
    pub async fn actor_of_session(&self, key: &str) -> Result<Option<Actor>> {
        Ok(self.visitor_of_session(key).await?.and_then(|visitor| visitor.actor))
    }

    /// Who a session key belongs to, while the session lives; marks it as used, to the minute.
    pub async fn visitor_of_session(&self, key: &str) -> Result<Option<SignedInVisitor>> {
        let mut conn = self.ctx.connect("looking a session up").await?;
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
        let mut conn = self.ctx.connect("looking at an actor again").await?;
        let (session, token) = match actor.credential {
            Credential::Session(id) => (Some(id), None),
            Credential::Token(id) => (None, Some(id)),
            Credential::Link(_) => return Ok(None),
            Credential::CommandLine => return Ok(Some(actor.clone())),
        };
        let now =
            sessions::current_standing(&mut conn, actor.workspace, actor.user, session, token);
        let now = now.await?;
        Ok(now.map(|Membership { role, archived, .. }| Actor { role, archived, ..actor.clone() }))
    }

    /// The actor of an API token, while it works; marks it as used, to the minute.
    pub async fn actor_of_token(&self, token: &str) -> Result<Option<Actor>> {
        if !key::is_token(token) {
            return Ok(None);
        }
        let mut conn = self.ctx.connect("looking a token up").await?;
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
    let standing = Membership { workspace, role, archived: false };
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

fn actor_in(person: Person, standing: Membership) -> Actor {
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

/// Refuses a password, also the right one, where people sign in with the provider only and
/// somebody is not the first owner, who has it for when the provider is away.
async fn require_password_way(ctx: &ServiceContext, user: UserId) -> Result<()> {
    let Err(problem) = require_passwords(ctx) else { return Ok(()) };
    let mut conn = ctx.connect("looking for the owner").await?;
    let is_owner = accounts::is_first_owner(&mut conn, user).await?;
    if is_owner { Ok(()) } else { Err(problem.into()) }
}

/// Refuses passwords where people sign in with the provider only.
pub(super) fn require_passwords(ctx: &ServiceContext) -> Result<(), Problem> {
    let provider = ctx.deps.oidc.as_ref().map(Oidc::settings);
    match provider.filter(|provider| provider.only) {
        None => Ok(()),
        Some(provider) => {
            let name = &provider.name;
            let words = format!("Sign-in with a password is switched off. Continue with {name}.");
            Err(Problem::new(ProblemKind::Forbidden, "passwords_off", words))
        }
    }
}
