//! Signing in at the provider: who somebody is here whom it knows, and what they become.
//!
//! An account is found by issuer and subject. At the first sign-in it is made, or the one with the
//! same address is taken over, but only for an address that the provider says is verified. Whoever
//! had that account before might have given it the address of somebody else to lie in wait: its
//! sessions, its tokens and its password end. Only the first owner keeps the password, as the way in when the
//! provider is away.

use std::time::Duration;

use backend::{accounts::OpenedSession, actor::Origin};
use model::{
    access::Role,
    audit::AuditAction,
    id::{UserId, WorkspaceId},
    oidc::{OidcRefusal, SignInWays, person_name},
    problem::Problem,
};
use outside::oidc::{Flow, GivenRole, Identity, Oidc, OidcAnswer, OidcSettings};
use serde_json::{Value, json};
use sqlx::PgConnection;
use store::{
    accounts,
    attempts::{self, Allowance},
    audit,
    error::{EngineError, Result},
    invitations, members,
    oidc::{self, BegunSignIn},
    password_links, sessions, settings, tokens, workspaces,
};
use url::Url;
use uuid::Uuid;

use super::{Accounts, sign_in::open_at_home};
use crate::{
    context::{OrNotFound, ServiceContext},
    password::no_password,
    rate_limit::network,
};

/// Sign-ins that begin from one network: an office behind one address fits.
const PER_ADDRESS: Allowance = Allowance { most: 300, window: Duration::from_secs(15 * 60) };
/// An ID token that is longer is not shown to the provider again: it would not fit an address.
const MOST_HINT_BYTES: usize = 4096;
/// A path that is longer is not gone back to.
const MOST_NEXT_BYTES: usize = 2000;
/// The instance setting with the workspace that people come into: it stays the same when others come
/// and go, so that nobody gets into a workspace that only happens to be the oldest.
const WORKSPACE_SETTING: &str = "oidc_workspace";

/// A sign-in that has begun.
pub struct StartedSignIn {
    /// Where the browser goes.
    pub address: Url,
    /// What the browser keeps until it comes back.
    pub flow: Flow,
}

/// A sign-in that has come to its end.
#[derive(Debug, Clone)]
pub struct FinishedSignIn {
    pub opened: OpenedSession,
    /// The path to go to; empty for the entry.
    pub next: String,
}

impl Accounts {
    /// How people sign in here.
    pub async fn sign_in_ways(&self) -> Result<SignInWays> {
        let settings = self.ctx.deps.oidc.as_ref().map(Oidc::settings);
        Ok(SignInWays {
            provider: settings.map(|settings| settings.name.clone()),
            password: settings.is_none_or(|settings| !settings.only),
            mail: self.ctx.deps.mailer.is_some(),
        })
    }

    /// Begins a sign-in that leads to `next`, a path.
    ///
    /// # Errors
    /// Not found where there is no provider; an [`OidcRefusal`] where it is away, or too many begin.
    pub async fn start_oidc(&self, next: &str, origin: &Origin) -> Result<StartedSignIn> {
        let provider = provider(&self.ctx)?;
        let mut conn = self.ctx.connect("beginning a sign-in").await?;
        let bucket = format!("oidc:{}", network(origin));
        if attempts::admit(&mut conn, &bucket, PER_ADDRESS).await?.is_some() {
            return Err(logged(refused(OidcRefusal::TooMany), origin, None));
        }
        // The connection goes back before the slow part.
        drop(conn);
        let flow = Flow::begin();
        let address = provider.authorize_url(&flow).await;
        let address = address.map_err(|refusal| logged(refused(refusal), origin, None))?;
        let next = if next.len() > MOST_NEXT_BYTES { "" } else { next };
        let mut conn = self.ctx.connect("beginning a sign-in").await?;
        oidc::insert_sign_in(&mut conn, &flow.hash(), next).await?;
        Ok(StartedSignIn { address, flow })
    }

    /// Ends a sign-in of the browser that has this key: opens a session, and ends the one that the
    /// browser came with.
    ///
    /// # Errors
    /// Not found where there is no provider; an [`OidcRefusal`] with what is wrong.
    pub async fn finish_oidc(
        &self,
        answer: OidcAnswer,
        key: Option<&str>,
        origin: &Origin,
        old_key: Option<&str>,
    ) -> Result<FinishedSignIn> {
        let provider = provider(&self.ctx)?;
        let identified = self.identify(provider, answer, key).await;
        let (identity, next) = identified.map_err(|error| logged(error, origin, None))?;
        let opened = self.let_in(provider.settings(), &identity, origin).await;
        let opened = opened.map_err(|error| logged(error, origin, Some(&identity)))?;
        if let Some(old_key) = old_key {
            self.end_session(old_key).await?;
        }
        Ok(FinishedSignIn { opened, next })
    }

    /// Who comes back from the provider with an answer, and the path to go to then.
    async fn identify(
        &self,
        provider: &Oidc,
        answer: OidcAnswer,
        key: Option<&str>,
    ) -> Result<(Identity, String)> {
        let flow = key
            .map(Flow::resume)
            .filter(|flow| answer.state.as_deref().is_some_and(|state| flow.has_state(state)));
        let flow = flow.ok_or_else(|| refused(OidcRefusal::OtherBrowser))?;
        let BegunSignIn { next, now } = self.take_sign_in(&flow).await?;
        let code = read_code(answer, provider.settings())?;
        let identity = provider.authenticate(&code, &flow, now).await.map_err(refused)?;
        Ok((identity, next))
    }

    async fn take_sign_in(&self, flow: &Flow) -> Result<BegunSignIn> {
        let mut conn = self.ctx.connect("looking for a sign-in").await?;
        let begun = oidc::take_sign_in(&mut conn, &flow.hash()).await?;
        begun.ok_or_else(|| refused(OidcRefusal::OtherBrowser))
    }

    /// Opens a session for somebody whom the provider knows, with the account and the membership
    /// that they are to have.
    async fn let_in(
        &self,
        provider: &OidcSettings,
        identity: &Identity,
        origin: &Origin,
    ) -> Result<OpenedSession> {
        let given = match provider.given_role(identity.role) {
            Ok(given) => given,
            Err(refusal) => {
                self.shut_out(provider, identity, origin).await?;
                return Err(refused(refusal));
            }
        };
        let mut tx = self.ctx.begin("signing in").await?;
        let known = oidc::find_user(&mut tx, &provider.issuer, &identity.subject).await?;
        let user = match known {
            Some(user) => user,
            None => find_or_make(&mut tx, provider, identity, given, origin).await?,
        };
        if known.is_none() || matches!(given, GivenRole::Always(_)) {
            put_in(&mut tx, provider, user, given, origin).await?;
        }
        let (opened, session) = open_at_home(&mut tx, user, origin).await?;
        let hint = Some(&identity.id_token).filter(|token| token.len() <= MOST_HINT_BYTES);
        sessions::set_id_token(&mut tx, session, hint.map_or("", String::as_str)).await?;
        if known.is_none() {
            // Whoever had the account before is out. Not earlier: the membership is locked first.
            sessions::delete_others(&mut tx, user, session).await?;
        }
        tx.commit_with(opened).await
    }

    /// Ends every way in of somebody to whom the provider gives no role any more.
    async fn shut_out(
        &self,
        provider: &OidcSettings,
        identity: &Identity,
        origin: &Origin,
    ) -> Result<()> {
        let mut tx = self.ctx.begin("ending sessions").await?;
        let known = oidc::find_user(&mut tx, &provider.issuer, &identity.subject).await?;
        let Some(user) = known else { return Ok(()) };
        sessions::delete_all(&mut tx, user).await?;
        tokens::delete_all(&mut tx, user).await?;
        password_links::delete(&mut tx, user).await?;
        // The first owner has a password for when the provider is away.
        if !accounts::is_first_owner(&mut tx, user).await? {
            accounts::set_password_hash(&mut tx, user, no_password()).await?;
        }
        let workspace = workspaces::find_home(&mut tx, user).await?.map(|home| home.workspace);
        let detail = json!({ "issuer": provider.issuer });
        note(&mut tx, origin, workspace, user, AuditAction::AccountShutOut, detail).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(user);
        Ok(())
    }
}

/// Logs why somebody was not signed in, and who, where the provider has said it; gives the same error.
fn logged(error: EngineError, origin: &Origin, who: Option<&Identity>) -> EngineError {
    if let EngineError::Refused(problem) = &error {
        let subject = who.map(|identity| identity.subject.as_str());
        let (refusal, reason) = (&problem.code, &problem.detail);
        tracing::warn!(%refusal, reason, subject, ip = %origin.ip, "somebody was not signed in");
    }
    error
}

/// The code that a browser has brought back, from no other provider than ours.
fn read_code(answer: OidcAnswer, provider: &OidcSettings) -> Result<String> {
    if let Some(error) = &answer.error {
        let said: String = error.chars().filter(|c| !c.is_control()).take(100).collect();
        tracing::info!(said, "the sign-in provider let somebody not through");
        return Err(refused(OidcRefusal::Denied));
    }
    if answer.iss.is_some_and(|iss| iss != provider.issuer) {
        tracing::warn!("an answer came back that is of another sign-in provider");
        return Err(refused(OidcRefusal::TokenRefused));
    }
    answer.code.ok_or_else(|| refused(OidcRefusal::CodeRefused))
}

/// The account of somebody who comes from the provider for the first time.
async fn find_or_make(
    conn: &mut PgConnection,
    provider: &OidcSettings,
    identity: &Identity,
    given: GivenRole,
    origin: &Origin,
) -> Result<UserId> {
    let address = identity.address.as_deref();
    let address = address.ok_or_else(|| refused(OidcRefusal::UnverifiedAddress))?;
    let user = match oidc::lock_by_address(conn, address).await? {
        Some(account) if account.issuer.as_ref() == Some(&provider.issuer) => {
            return Err(refused(OidcRefusal::AddressTaken));
        }
        Some(account) => {
            take_over(conn, account.user).await?;
            account.user
        }
        None => make(conn, identity, address, given).await?,
    };
    oidc::set_identity(conn, user, &provider.issuer, &identity.subject).await?;
    let home = workspaces::find_home(conn, user).await?;
    let workspace = home.map(|home| home.workspace);
    let detail = json!({ "issuer": provider.issuer });
    note(conn, origin, workspace, user, AuditAction::AccountLinked, detail).await?;
    Ok(user)
}

/// Ends whatever opened an account before, but the first owner's password and tokens, besides its
/// sessions: these end once there is a new one.
async fn take_over(conn: &mut PgConnection, user: UserId) -> Result<()> {
    password_links::delete(conn, user).await?;
    if accounts::is_first_owner(conn, user).await? {
        return Ok(());
    }
    tokens::delete_all(conn, user).await?;
    accounts::set_password_hash(conn, user, no_password()).await
}

async fn make(
    conn: &mut PgConnection,
    identity: &Identity,
    address: &str,
    given: GivenRole,
) -> Result<UserId> {
    if given == GivenRole::Nothing && !oidc::is_invited(conn, address).await? {
        return Err(refused(OidcRefusal::NoAccount));
    }
    let id = UserId(Uuid::now_v7());
    let name = person_name(identity.name.as_deref(), address);
    let new = accounts::NewUser { id, email: address, name: &name, password_hash: no_password() };
    accounts::insert_user(conn, new).await?;
    Ok(id)
}

/// Makes somebody a member of the workspace that people come into, or, where the provider's word
/// always counts, gives them another role there. The last owner stays the owner.
async fn put_in(
    conn: &mut PgConnection,
    provider: &OidcSettings,
    user: UserId,
    given: GivenRole,
    origin: &Origin,
) -> Result<()> {
    let (GivenRole::Always(role) | GivenRole::AtFirst(role)) = given else { return Ok(()) };
    let workspace = find_entry_workspace(conn, provider).await?;
    // Most come back as what they are: nothing that is written there has to wait for them.
    if members::find_role(conn, workspace, user).await? == Some(role) {
        return Ok(());
    }
    lock_workspace(conn, workspace).await?;
    let detail = json!({ "by": "provider", "role": role });
    let Some(before) = members::find_role(conn, workspace, user).await? else {
        accounts::insert_membership(conn, workspace, user, role).await?;
        return note(conn, origin, Some(workspace), user, AuditAction::MemberJoined, detail).await;
    };
    // Who is a member already has been given their role here.
    if before == role || given == GivenRole::AtFirst(role) {
        return Ok(());
    }
    if before == Role::Owner && members::count_owners(conn, workspace).await? < 2 {
        tracing::warn!(%user, %role, "the provider gives another role, but the last owner stays it");
        return Ok(());
    }
    members::set_role(conn, workspace, user, role).await?;
    invitations::revoke_beyond(conn, workspace, user, Some(role)).await?;
    let detail = json!({ "by": "provider", "from": before, "to": role });
    note(conn, origin, Some(workspace), user, AuditAction::MemberRoleChanged, detail).await
}

/// The workspace that people come into: as the operator says, else the first one.
async fn find_entry_workspace(
    conn: &mut PgConnection,
    provider: &OidcSettings,
) -> Result<WorkspaceId> {
    let id = match provider.workspace {
        Some(id) => Some(id),
        None => find_workspace(conn).await?,
    };
    id.ok_or_else(|| refused(OidcRefusal::NoWorkspace))
}

/// Locks the workspace that people come into.
async fn lock_workspace(conn: &mut PgConnection, id: WorkspaceId) -> Result<()> {
    if workspaces::lock(conn, id).await?.is_some() {
        return Ok(());
    }
    tracing::warn!(workspace = %id, "people come into no such workspace; set another one");
    Err(refused(OidcRefusal::NoWorkspace))
}

/// The workspace that was the first one when somebody came from the provider for the first time.
async fn find_workspace(conn: &mut PgConnection) -> Result<Option<WorkspaceId>> {
    let kept = settings::find(conn, WORKSPACE_SETTING).await?;
    let kept = kept.as_ref().and_then(|kept| kept.get("id")).and_then(Value::as_str);
    if let Some(id) = kept.and_then(|id| id.parse().ok()) {
        return Ok(Some(id));
    }
    let first = oidc::find_first_workspace(conn).await?;
    if let Some(id) = first {
        settings::set(conn, WORKSPACE_SETTING, &json!({ "id": id })).await?;
    }
    Ok(first)
}

async fn note(
    conn: &mut PgConnection,
    origin: &Origin,
    workspace: Option<WorkspaceId>,
    user: UserId,
    action: AuditAction,
    detail: Value,
) -> Result<()> {
    let subject = Some(user.to_string());
    let source = origin.into();
    let user = Some(user);
    audit::append(conn, audit::Entry { workspace, user, action, subject, detail, source }).await
}

fn refused(refusal: OidcRefusal) -> EngineError {
    Problem::from(refusal).into()
}

fn provider(ctx: &ServiceContext) -> Result<&Oidc> {
    ctx.deps.oidc.as_ref().or_not_found("address")
}
