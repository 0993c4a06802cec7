//! Which server a name leads to in a workspace, and what it takes to call it.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use mcp_sample::SampleServer;
use model::{
    id::WorkspaceId,
    mcp::{
        api::ApiOperations,
        auth::AuthMethod,
        name::AGENT_SERVER,
        server::{SecretHeader, SecretPlace, ServerForm, ServerKind, ToolAlias},
    },
    text::nearest::nearest,
};
use outside::{
    mcp::port::{
        ApiAddress, CallObserver, HttpAddress, Listing, McpError, ServerAddress, ToolAnswer,
        ToolRequest, Transport,
    },
    outbound::check_host,
};
use sqlx::{PgConnection, PgPool};
use store::{
    error::Doing,
    mcp::servers::{self, ServerRow},
};
use url::Url;
use vault::secret::{Redactor, Secret};

use super::{
    refusal::{ToolRefusal, Unresolved},
    secret::open_secret,
    sign_in::{AccessToken, access_token},
};
use crate::deps::EngineDeps;

/// A server that can be asked.
#[derive(Clone)]
pub struct ResolvedServer {
    /// How it is reached.
    pub address: ServerAddress,
    /// Other names for its tools, by these names.
    pub aliases: BTreeMap<String, ToolAlias>,
    /// The only tools of it that are used; all where none is named.
    pub allowed: Vec<String>,
    /// How many calls of its tools may leave within a minute; 0 for no limit.
    pub calls_per_minute: u32,
    /// Takes the secrets that are sent to it out of what it says.
    pub redactor: Redactor,
    /// Which access token is sent to it; none if it does not let in by OAuth.
    pub(super) token: Option<i32>,
}

impl ResolvedServer {
    /// What workflows call it.
    pub fn name(&self) -> &str {
        &self.address.name
    }

    /// Whether the sample server answers.
    pub fn is_sample(&self) -> bool {
        matches!(self.address.transport, Transport::Sample(_))
    }

    /// Words of a server as they may be kept: without the secrets that are sent to it, and without
    /// NUL, which PostgreSQL does not take.
    pub fn clean_words(&self, words: &str) -> String {
        self.redactor.clean(&words.replace('\0', ""))
    }

    /// Its tools that may be used, as it lists them now; the failure as it may be kept.
    ///
    /// # Errors
    /// As [`McpPort::list_tools`](outside::mcp::port::McpPort::list_tools).
    pub async fn list(&mut self, deps: &EngineDeps, pool: &PgPool) -> Result<Listing, McpError> {
        let mut listed = deps.mcp.list_tools(&self.address).await;
        if self.renew_after(deps, pool, listed.as_ref().err()).await? {
            listed = deps.mcp.list_tools(&self.address).await;
        }
        let listing = listed.map_err(|error| self.clean(error))?;
        Ok(listing.limited_to(&self.allowed))
    }

    /// The same by a new connection, with what its process said last.
    ///
    /// # Errors
    /// As [`McpPort::check`](outside::mcp::port::McpPort::check).
    pub async fn check(
        &mut self,
        deps: &EngineDeps,
        pool: &PgPool,
    ) -> Result<Listing, (McpError, String)> {
        let mut checked = deps.mcp.check(&self.address).await;
        let error = checked.as_ref().err().map(|(error, _)| error);
        match self.renew_after(deps, pool, error).await {
            Ok(true) => checked = deps.mcp.check(&self.address).await,
            Ok(false) => {}
            Err(error) => checked = Err((error, String::new())),
        }
        let listing = checked.map_err(|(error, said)| (self.clean(error), self.clean_words(&said)));
        Ok(listing?.limited_to(&self.allowed))
    }

    /// Calls a tool of it.
    ///
    /// # Errors
    /// As [`McpPort::call_tool`](outside::mcp::port::McpPort::call_tool).
    pub async fn call(
        &mut self,
        deps: &EngineDeps,
        pool: &PgPool,
        request: ToolRequest,
        observer: &dyn CallObserver,
    ) -> Result<ToolAnswer, McpError> {
        if self.token.is_none() {
            return deps.mcp.call_tool(&self.address, request, observer).await;
        }
        let answered = deps.mcp.call_tool(&self.address, request.clone(), observer).await;
        if self.renew_after(deps, pool, answered.as_ref().err()).await? {
            return deps.mcp.call_tool(&self.address, request, observer).await;
        }
        answered
    }

    /// Gets a new access token if the server has refused the one that was sent to it; whether it is to
    /// be asked again.
    async fn renew_after(
        &mut self,
        deps: &EngineDeps,
        pool: &PgPool,
        error: Option<&McpError>,
    ) -> Result<bool, McpError> {
        let (Some(McpError::Unauthorized(_)), Some(workspace), Some(version)) =
            (error, self.address.workspace, self.token)
        else {
            return Ok(false);
        };
        match resolve_anew(deps, pool, workspace, self.name(), Some(version)).await {
            Ok(renewed) => {
                // What it says may hold either token.
                let redactor = self.redactor.and(&renewed.redactor);
                *self = Self { redactor, ..renewed };
                Ok(true)
            }
            Err(Unresolved::Server(error)) => Err(error),
            Err(Unresolved::Refused(refusal)) => Err(McpError::Unauthorized(refusal.words)),
            // It stays refused.
            Err(Unresolved::Ours(error)) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "access to a tool server is not renewed");
                Ok(false)
            }
        }
    }

    /// What a server or the way to it said, as it may be kept.
    pub fn clean(&self, error: McpError) -> McpError {
        error.reworded(|words| self.clean_words(words))
    }
}

/// The server that a workspace calls so.
///
/// # Errors
/// There is none, with the nearest name; it is switched off; a secret that is sent to it is gone,
/// cannot be opened or is not for its host.
pub async fn resolve(
    deps: &EngineDeps,
    pool: &PgPool,
    workspace: WorkspaceId,
    server: &str,
) -> Result<ResolvedServer, Unresolved> {
    resolve_anew(deps, pool, workspace, server, None).await
}

/// The same with another access token than the one of the version that the server has `refused`.
async fn resolve_anew(
    deps: &EngineDeps,
    pool: &PgPool,
    workspace: WorkspaceId,
    server: &str,
    refused: Option<i32>,
) -> Result<ResolvedServer, Unresolved> {
    let mut conn = pool.acquire().await.doing("looking for a tool server")?;
    if let Some(row) = servers::find_named(&mut conn, workspace, server).await? {
        let way = open_way(deps, &mut conn, workspace, &row).await?;
        drop(conn);
        let token = match row.form.auth.method {
            AuthMethod::Headers => None,
            AuthMethod::SignIn | AuthMethod::ClientCredentials => {
                Some(access_token(deps, pool, workspace, &row, refused).await?)
            }
        };
        return Ok(registered(workspace, row.form, way, token));
    }
    if let Some(operators) = deps.operator_servers.get(server) {
        let host = operators.transport.url().and_then(Url::host_str);
        let aliases = operators.alias_set.with_own(operators.aliases.clone(), host);
        return Ok(ResolvedServer { aliases, ..shared(server, operators.transport.clone()) });
    }
    if let Some(sample) = SampleServer::from_name(server) {
        return Ok(shared(server, Transport::Sample(sample)));
    }
    Err(unknown(deps, &mut conn, workspace, server).await?.into())
}

/// What kind of server is reached so.
pub fn kind_of(transport: &Transport) -> ServerKind {
    match transport {
        Transport::Http(_) => ServerKind::Http,
        Transport::JsonRpc(_) => ServerKind::JsonRpc,
        Transport::OpenApi(_) => ServerKind::OpenApi,
        Transport::Stdio(_) => ServerKind::Stdio,
        Transport::Sample(_) => ServerKind::Sample,
    }
}

/// A server that is the same for all workspaces.
fn shared(name: &str, transport: Transport) -> ResolvedServer {
    ResolvedServer {
        redactor: transport.redactor(),
        address: ServerAddress { workspace: None, name: name.to_owned(), transport },
        aliases: BTreeMap::new(),
        allowed: vec![],
        calls_per_minute: 0,
        token: None,
    }
}

/// What it takes to call a registered server.
struct OpenedWay {
    url: Url,
    secrets: Vec<(SecretHeader, Secret)>,
    /// The operations of an HTTP API.
    api: Option<ApiOperations>,
}

/// The address of a registered server with its headers and their secrets, where it may be called.
async fn open_way(
    deps: &EngineDeps,
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    row: &ServerRow,
) -> Result<OpenedWay, Unresolved> {
    let form = &row.form;
    let refuse = |code, words: String| {
        let name = &form.name;
        ToolRefusal::new(code, format!("The tool server {name} {words}"))
    };
    if !form.enabled {
        let words = "is switched off. Ask an admin to switch it on under Settings › Tools.";
        return Err(refuse("tool_server_disabled", words.to_owned()).into());
    }
    let url = Url::parse(&form.url)
        .map_err(|error| refuse("tool_server_address", format!("has no valid URL: {error}.")))?;
    // What was allowed when it was registered may not be any more.
    deps.outbound
        .check_confidential(&url)
        .map_err(|refusal| refuse("tool_server_address", format!("can't be called: {refusal}.")))?;
    let mut secrets = vec![];
    for header in &form.headers {
        let (secret, hosts) = open_secret(deps, conn, workspace, &header.secret).await?;
        check_host(&url, &hosts).map_err(|refusal| {
            let name = &header.secret;
            let words = format!("Can't send the secret {name} to the tool server: {refusal}.");
            ToolRefusal::new("secret_host", words)
        })?;
        secrets.push((header.clone(), secret));
    }
    let mut api = None;
    if form.kind == ServerKind::OpenApi {
        api = Some(servers::find_api(conn, workspace, row.id).await?);
    }
    Ok(OpenedWay { url, secrets, api })
}

fn registered(
    workspace: WorkspaceId,
    form: ServerForm,
    way: OpenedWay,
    token: Option<AccessToken>,
) -> ResolvedServer {
    let OpenedWay { url, mut secrets, api } = way;
    let version = token.as_ref().map(|token| token.version);
    secrets.extend(token.map(|token| (SecretHeader::authorization(), token.token)));
    // A server repeats a key without its scheme or its user, too.
    let parts = secrets.iter().map(|(_, secret)| secret.expose());
    let parts = parts.flat_map(|key| [Some(key), key.rsplit([' ', ':']).next()]).flatten();
    let keys = Redactor::new(&parts.map(Secret::new).collect::<Vec<_>>());
    let (in_query, in_headers): (Vec<_>, Vec<_>) =
        secrets.into_iter().partition(|(header, _)| header.place == SecretPlace::Query);
    let headers = in_headers.into_iter().map(|(header, secret)| {
        let value = header_value(&header, &secret);
        (header.name, value)
    });
    let aliases = form.alias_set.with_own(form.aliases, url.host_str());
    let http = HttpAddress { url, headers: headers.collect() };
    let transport = match api {
        Some(api) => {
            let query = in_query.into_iter().map(|(header, secret)| (header.name, secret));
            Transport::OpenApi(Arc::new(ApiAddress { http, query: query.collect(), api }))
        }
        None if form.kind == ServerKind::JsonRpc => Transport::JsonRpc(http),
        // No other kind can be registered.
        None => Transport::Http(http),
    };
    ResolvedServer {
        redactor: keys.and(&transport.redactor()),
        address: ServerAddress { workspace: Some(workspace), name: form.name, transport },
        aliases,
        allowed: form.allowed,
        calls_per_minute: form.calls_per_minute,
        token: version,
    }
}

/// A secret as its header carries it; one with a blank names its scheme itself, as in `Token abc`.
fn header_value(header: &SecretHeader, secret: &Secret) -> Secret {
    let value = secret.expose();
    let is_bearer = header.name.eq_ignore_ascii_case("authorization") && !value.contains(' ');
    match header.place {
        SecretPlace::Basic => Secret::new(format!("Basic {}", STANDARD.encode(value))),
        SecretPlace::Header if is_bearer => Secret::new(format!("Bearer {value}")),
        SecretPlace::Header | SecretPlace::Query => secret.clone(),
    }
}

/// Says that there is no such server, with the nearest name that there is.
async fn unknown(
    deps: &EngineDeps,
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &str,
) -> Result<ToolRefusal, Unresolved> {
    let own = servers::list(conn, workspace).await?;
    let operators = deps.operator_servers.names();
    let known = own.iter().map(|row| row.form.name.as_str());
    let known = known.chain(operators.iter().map(String::as_str));
    let known = known.chain(SampleServer::ALL.map(SampleServer::name)).chain([AGENT_SERVER]);
    let hint = match nearest(server, known) {
        Some(near) => format!("Did you mean {near}?"),
        None => "Ask an admin to register it under Settings › Tools.".to_owned(),
    };
    let words = format!("There is no tool server {server}. {hint}");
    Ok(ToolRefusal::new("unknown_tool_server", words))
}
