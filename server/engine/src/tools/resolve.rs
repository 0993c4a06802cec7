//! Which server a name leads to in a workspace, and what it takes to call it.

use std::collections::BTreeMap;

use mcp_sample::SampleServer;
use model::{
    id::WorkspaceId,
    mcp::{
        name::AGENT_SERVER,
        server::{SecretHeader, ServerKind, ToolAlias},
    },
    text::nearest::nearest,
};
use outside::{
    mcp::port::{HttpAddress, McpError, ServerAddress, Transport},
    outbound::check_host,
};
use sqlx::PgConnection;
use store::{
    mcp::servers::{self, ServerRow},
    secrets,
};
use url::Url;
use vault::secret::{Redactor, Secret};

use super::refusal::{ToolRefusal, Unresolved};
use crate::deps::EngineDeps;

/// A server that can be asked.
pub struct ResolvedServer {
    /// How it is reached.
    pub address: ServerAddress,
    /// Other names for its tools, by these names.
    pub aliases: BTreeMap<String, ToolAlias>,
    /// Takes the secrets that are sent to it out of what it says.
    pub redactor: Redactor,
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
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &str,
) -> Result<ResolvedServer, Unresolved> {
    if let Some(row) = servers::find_named(conn, workspace, server).await? {
        return registered(deps, conn, workspace, row).await;
    }
    if let Some(operators) = deps.operator_servers.get(server) {
        return Ok(ResolvedServer {
            aliases: operators.aliases.clone(),
            ..shared(server, operators.transport.clone())
        });
    }
    if let Some(sample) = SampleServer::from_name(server) {
        return Ok(shared(server, Transport::Sample(sample)));
    }
    Err(unknown(deps, conn, workspace, server).await?.into())
}

/// What kind of server is reached so.
pub fn kind_of(transport: &Transport) -> ServerKind {
    match transport {
        Transport::Http(_) => ServerKind::Http,
        Transport::JsonRpc(_) => ServerKind::JsonRpc,
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
    }
}

async fn registered(
    deps: &EngineDeps,
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    row: ServerRow,
) -> Result<ResolvedServer, Unresolved> {
    let form = row.form;
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
        let secret = open_secret(deps, conn, workspace, header, &url).await?;
        secrets.push((header.name.clone(), secret));
    }
    let redactor = Redactor::new(secrets.iter().map(|(_, secret)| secret));
    let headers = secrets.into_iter().map(|(name, secret)| {
        let value = header_value(&name, &secret);
        (name, value)
    });
    let address = HttpAddress { url, headers: headers.collect() };
    let transport = match form.kind {
        ServerKind::JsonRpc => Transport::JsonRpc(address),
        // No other kind can be registered.
        ServerKind::Http | ServerKind::Stdio | ServerKind::Sample | ServerKind::Agent => {
            Transport::Http(address)
        }
    };
    Ok(ResolvedServer {
        address: ServerAddress { workspace: Some(workspace), name: form.name, transport },
        aliases: form.aliases,
        redactor,
    })
}

/// A secret as its header carries it.
fn header_value(name: &str, secret: &Secret) -> Secret {
    if name.eq_ignore_ascii_case("authorization") {
        Secret::new(format!("Bearer {}", secret.expose()))
    } else {
        secret.clone()
    }
}

/// The secret of a header, which is for the host of this address.
async fn open_secret(
    deps: &EngineDeps,
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    header: &SecretHeader,
    url: &Url,
) -> Result<Secret, Unresolved> {
    let name = &header.secret;
    let Some(found) = secrets::find_to_send(conn, workspace, name).await? else {
        let words = format!(
            "The tool server needs the secret {name}, which doesn't exist. Ask an admin to add it \
             under Secrets."
        );
        return Err(ToolRefusal::new("unknown_secret", words).into());
    };
    check_host(url, &found.hosts).map_err(|refusal| {
        let words = format!("Can't send the secret {name} to the tool server: {refusal}.");
        ToolRefusal::new("secret_host", words)
    })?;
    let opened = deps.vault.open(&found.key.place(workspace), &found.sealed);
    opened.map_err(|error| {
        let words = format!(
            "Can't decrypt the secret {name}: {error}. Enter it again, or start all servers and \
             workers with the ATELIER_SECRET_KEY it was saved with."
        );
        ToolRefusal::new("sealed_secret", words).into()
    })
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
