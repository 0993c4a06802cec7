//! Access tokens of servers that let in by OAuth: opened for a call, and renewed a little before they
//! end by one process, while others wait for it.

use std::time::Duration;

use model::{
    id::{UserId, WorkspaceId},
    mcp::{
        auth::{AuthMethod, AuthorizationStatus, connect_words},
        server::ServerForm,
    },
    notice::NoticeContent,
};
use outside::mcp::{
    oauth::{GivenClient, Grant, OAuthError, OAuthServer},
    port::McpError,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, PgPool};
use store::{
    error::{Doing, EngineError},
    mcp::{
        authorizations::{self, AuthorizationKey, AuthorizationRow},
        servers::{self, ServerRow},
    },
    notices::outbox::{self, NewNotice},
};
use tokio::time::timeout;
use url::Url;
use vault::{Sealed, secret::Secret};

use super::{
    refusal::{ToolRefusal, Unresolved},
    secret::open_secret,
};
use crate::deps::EngineDeps;

/// How long a renewal may take: its transaction is ended by the database a little later.
const LONGEST_RENEWAL: Duration = Duration::from_secs(8);

/// An access token, and which one it is.
pub(super) struct AccessToken {
    pub(super) token: Secret,
    pub(super) version: i32,
}

/// The access token of a server, a new one where it is time or where the server has `refused` the one of
/// that version.
///
/// # Errors
/// An admin has to sign in; no token can be had now.
pub(super) async fn access_token(
    deps: &EngineDeps,
    pool: &PgPool,
    workspace: WorkspaceId,
    server: &ServerRow,
    refused: Option<i32>,
) -> Result<AccessToken, Unresolved> {
    let doing = "looking for access to a tool server";
    let mut conn = pool.acquire().await.doing(doing)?;
    let known = authorizations::find(&mut conn, workspace, server.id).await?;
    drop(conn);
    let seen = known.as_ref().map(|row| row.key.version);
    let counts = |row: &AuthorizationRow| !row.is_due && refused != Some(row.key.version);
    match known {
        Some(row) if row.status == AuthorizationStatus::Reauthorize => {
            Err(signed_out(&server.form.name, None))
        }
        Some(row) if counts(&row) => open(deps, workspace, &row).map(|(token, _)| token),
        None if server.form.auth.method == AuthMethod::SignIn => {
            Err(signed_out(&server.form.name, None))
        }
        known => {
            let may_go_on = known.filter(|row| !row.is_over && refused.is_none());
            let renewal = Renewal {
                deps: deps.clone(),
                pool: pool.clone(),
                workspace,
                server: server.clone(),
                seen,
                may_go_on: may_go_on.is_some(),
            };
            // It goes on when nobody waits for it any more: a token that was renewed and not kept
            // would be lost.
            let renewed = tokio::spawn(renewal.run()).await;
            let renewed = renewed.map_err(|error| {
                EngineError::internal("renewing access to a tool server", error)
            })?;
            match (renewed, may_go_on) {
                (Err(Unresolved::Server(McpError::Unreachable(_))), Some(row)) => {
                    open(deps, workspace, &row).map(|(token, _)| token)
                }
                (renewed, _) => renewed,
            }
        }
    }
}

/// What it takes to renew a token.
struct Renewal {
    deps: EngineDeps,
    pool: PgPool,
    workspace: WorkspaceId,
    server: ServerRow,
    /// The version that is to be renewed; none if there is none yet.
    seen: Option<i32>,
    /// Whether the one that there is still counts: nobody waits for a new one then.
    may_go_on: bool,
}

impl Renewal {
    /// Locks the server: what is given now is for the address and the client that were read.
    async fn lock(&self, tx: &mut PgConnection) -> Result<(), Unresolved> {
        let locked = if self.may_go_on {
            servers::try_lock_unchanged(tx, self.workspace, &self.server).await?
        } else {
            servers::lock_unchanged(tx, self.workspace, &self.server).await?
        };
        if locked {
            return Ok(());
        }
        let name = &self.server.form.name;
        let words = format!("The tool server {name} is being changed or signed in to.");
        Err(Unresolved::Server(McpError::Unreachable(words)))
    }

    async fn run(self) -> Result<AccessToken, Unresolved> {
        let doing = "renewing access to a tool server";
        let mut tx = store::begin(&self.pool).await.doing(doing)?;
        self.lock(&mut tx).await?;
        let Self { deps, workspace, server, seen, .. } = self;
        let name = &server.form.name;
        let known = authorizations::find(&mut tx, workspace, server.id).await?;
        let signs_in = server.form.auth.method == AuthMethod::SignIn;
        let grant = match &known {
            Some(row) if row.status == AuthorizationStatus::Reauthorize => {
                return Err(signed_out(name, None));
            }
            Some(row) if seen != Some(row.key.version) => {
                return open(&deps, workspace, row).map(|(token, _)| token);
            }
            Some(row) => Some(open(&deps, workspace, row)?.1),
            None if signs_in => return Err(signed_out(name, None)),
            None => None,
        };
        let oauth = oauth_server(&deps, &mut tx, workspace, &server.form).await?;
        let renewed = timeout(LONGEST_RENEWAL, async {
            match grant.filter(|_| signs_in) {
                Some(grant) => oauth.renew(grant).await,
                None => oauth.sign_in_as_client().await,
            }
        });
        let late = || OAuthError::Failed("Its sign-in server is too slow.".to_owned());
        match renewed.await.unwrap_or_else(|_| Err(late())) {
            Ok(grant) => {
                let key = AuthorizationKey {
                    server: server.id,
                    version: known.map_or(1, |row| row.key.version + 1),
                };
                let token = keep(&deps, &mut tx, workspace, key, &grant, None).await?;
                tx.commit().await.doing(doing)?;
                Ok(token)
            }
            // Whoever corrects its secret or scopes has nothing to connect.
            Err(OAuthError::Rejected(words)) if !signs_in => {
                let words = format!("Can't sign in to the tool server {name}. {words}");
                Err(Unresolved::Server(McpError::Unauthorized(words)))
            }
            Err(OAuthError::Rejected(words)) => {
                if let Some(row) = known {
                    authorizations::set_reauthorize(&mut tx, workspace, server.id).await?;
                    let content = NoticeContent::ToolSignIn { server: server.id };
                    let key = format!("tool_sign_in:{}:{}", server.id, row.key.version);
                    outbox::insert(&mut tx, NewNotice::new(workspace, &content, &key)).await?;
                }
                tx.commit().await.doing(doing)?;
                Err(signed_out(name, Some(&words)))
            }
            Err(OAuthError::Failed(words)) => {
                let words = format!("Can't sign in to the tool server {name}. {words}");
                Err(Unresolved::Server(McpError::Unreachable(words)))
            }
        }
    }
}

/// Seals what a server has given and keeps it; `by` is who has signed in just now. The caller holds the
/// server's lock.
///
/// # Errors
/// It cannot be sealed, or holds no token; a database failure.
pub async fn keep_grant(
    deps: &EngineDeps,
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &ServerRow,
    grant: &Grant,
    by: UserId,
) -> Result<(), Unresolved> {
    let known = authorizations::find(conn, workspace, server.id).await?;
    let version = known.map_or(1, |row| row.key.version + 1);
    let key = AuthorizationKey { server: server.id, version };
    keep(deps, conn, workspace, key, grant, Some(by)).await.map(drop)
}

async fn keep(
    deps: &EngineDeps,
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    key: AuthorizationKey,
    grant: &Grant,
    by: Option<UserId>,
) -> Result<AccessToken, Unresolved> {
    let token = token_of(grant)?;
    let sealed = seal(deps, &key.place(workspace), grant)?;
    authorizations::keep(conn, workspace, key, &sealed, grant.lasts(), by).await?;
    Ok(AccessToken { token, version: key.version })
}

/// Seals what is kept of a sign-in for this place.
///
/// # Errors
/// It cannot be sealed.
pub fn seal(deps: &EngineDeps, place: &str, kept: &impl Serialize) -> Result<Sealed, EngineError> {
    let doing = "sealing a sign-in to a tool server";
    let text = serde_json::to_string(kept).map_err(|error| EngineError::internal(doing, error))?;
    deps.vault.seal(place, &Secret::new(text)).map_err(|error| EngineError::internal(doing, error))
}

/// Opens what was sealed for this place.
///
/// # Errors
/// It was sealed with another key, or by another release that kept it otherwise.
pub fn unseal<T: DeserializeOwned>(
    deps: &EngineDeps,
    place: &str,
    sealed: &Sealed,
) -> Result<T, ToolRefusal> {
    let opened = deps.vault.open(place, sealed).map_err(|error| error.to_string());
    let read = opened.and_then(|text| {
        serde_json::from_str(text.expose()).map_err(|_| "it is of another release".to_owned())
    });
    read.map_err(|error| {
        let words = format!(
            "Can't decrypt the sign-in to the tool server: {error}. Connect it again under \
             Settings › Tools."
        );
        ToolRefusal::new("sealed_secret", words)
    })
}

fn open(
    deps: &EngineDeps,
    workspace: WorkspaceId,
    row: &AuthorizationRow,
) -> Result<(AccessToken, Grant), Unresolved> {
    let grant: Grant = unseal(deps, &row.key.place(workspace), &row.sealed)?;
    Ok((AccessToken { token: token_of(&grant)?, version: row.key.version }, grant))
}

fn token_of(grant: &Grant) -> Result<Secret, Unresolved> {
    grant.access_token().ok_or_else(|| {
        let words = "The sign-in server gave no access token.".to_owned();
        Unresolved::Server(McpError::Protocol(words))
    })
}

/// The server as its authorization is asked for, with the secret of the client that was entered.
///
/// # Errors
/// The secret is gone, cannot be opened, or the address is none.
pub async fn oauth_server(
    deps: &EngineDeps,
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    form: &ServerForm,
) -> Result<OAuthServer, Unresolved> {
    let url = Url::parse(&form.url).map_err(|error| {
        let words = format!("The tool server {} has no valid URL: {error}.", form.name);
        ToolRefusal::new("tool_server_address", words)
    })?;
    let mut given = GivenClient {
        id: (!form.auth.client_id.is_empty()).then(|| form.auth.client_id.clone()),
        scopes: form.auth.scopes.split_whitespace().map(str::to_owned).collect(),
        ..GivenClient::default()
    };
    if !form.auth.client_secret.is_empty() {
        let secret = open_secret(deps, conn, workspace, &form.auth.client_secret).await?;
        (given.secret, given.secret_hosts) = (Some(secret.0), secret.1);
    }
    Ok(OAuthServer { client: deps.outbound.clone(), url, given })
}

/// Nobody is let in before an admin has signed in, for this reason.
fn signed_out(server: &str, reason: Option<&str>) -> Unresolved {
    let reason = reason.map(|reason| format!("{}. ", reason.trim_end_matches('.')));
    let words = format!("{}{}", reason.unwrap_or_default(), connect_words(server));
    Unresolved::Server(McpError::SignedOut(words))
}
