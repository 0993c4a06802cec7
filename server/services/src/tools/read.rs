//! The servers of a workspace and their tools, as people see them.

use std::collections::{BTreeMap, BTreeSet};

use backend::actor::Actor;
use futures::future::join_all;
use mcp_sample::SampleServer;
use model::{
    access::{Permission, can},
    id::McpServerId,
    mcp::{
        agent,
        alias_set::AliasSet,
        arguments::{Shape, build_form},
        auth::ServerAuth,
        name::{AGENT_SERVER, ToolName},
        page::{SecretChoice, ToolsPage},
        server::{ServerForm, ServerKind, ServerView, ToolView},
    },
    secret::SecretView,
    text::name::snake,
};
use outside::mcp::{
    operator::OperatorServer,
    port::{ServerAddress, Transport},
};
use sqlx::PgConnection;
use store::{
    error::Result,
    mcp::{
        authorizations,
        listings::{self, KeptListing},
        servers::{self, ServerRow},
    },
    secrets,
};

use url::Url;

use super::{Tools, register::load_drifts};
use crate::context::OrNotFound;
use engine::tools::{kind_of, view_tools};

impl Tools {
    /// The servers that workflows of the workspace can name, by name, each with the tools that it
    /// listed when it was last asked: those that the workspace has registered, the operator's, the
    /// samples whose names nobody else has, and the agent verbs.
    pub async fn list_servers(&self, actor: &Actor) -> Result<Vec<ServerView>> {
        let mut conn = self.ctx.read(actor, "listing tool servers").await?;
        let rows = servers::list(&mut conn, actor.workspace).await?;
        let mut kept = load_listings(&mut conn, actor).await?;
        let mut given = authorizations::list(&mut conn, actor.workspace).await?;
        drop(conn);
        let mut views: Vec<ServerView> = rows
            .into_iter()
            .map(|row| {
                let listing = kept.remove(&row.form.name);
                let authorization = given.remove(&row.id);
                ServerView { authorization, ..registered(row, listing) }
            })
            .collect();
        let operators = &self.ctx.deps.operator_servers;
        for (name, server) in operators.iter() {
            if views.iter().all(|view| view.name != name) {
                let listing = kept.remove(name);
                views.push(operators_server(name, server, listing));
            }
        }
        let taken: BTreeSet<&str> = views.iter().map(|view| view.name.as_str()).collect();
        let free = SampleServer::ALL.into_iter().filter(|sample| !taken.contains(sample.name()));
        let free: Vec<SampleServer> = free.collect();
        views.extend(join_all(free.into_iter().map(|sample| self.sample(sample))).await);
        views.push(agent_verbs());
        views.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(views)
    }

    /// A registered server.
    ///
    /// # Errors
    /// A server that is not there.
    pub async fn server(&self, actor: &Actor, id: McpServerId) -> Result<ServerView> {
        let mut conn = self.ctx.read(actor, "looking for a tool server").await?;
        let row =
            servers::find(&mut conn, actor.workspace, id).await?.or_not_found("tool server")?;
        let listing = load_listings(&mut conn, actor).await?.remove(&row.form.name);
        let authorization = authorizations::list(&mut conn, actor.workspace).await?.remove(&id);
        Ok(ServerView { authorization, ..registered(row, listing) })
    }

    /// The server of this id or name, whoever has set it up.
    ///
    /// # Errors
    /// A server that is not there.
    pub async fn find_server(&self, actor: &Actor, key: &str) -> Result<ServerView> {
        let id: Option<McpServerId> = key.parse().ok();
        let mut servers = self.list_servers(actor).await?.into_iter();
        let found = servers.find(|known| known.name == key || id.is_some() && known.id == id);
        found.or_not_found("tool server")
    }

    /// The servers that are switched on, with those of their tools that the words name; without
    /// words all of them.
    pub async fn servers_with_tools(
        &self,
        actor: &Actor,
        words: String,
    ) -> Result<Vec<ServerView>> {
        let enabled = self.list_servers(actor).await?.into_iter().filter(|server| server.enabled);
        Ok(enabled.filter_map(|server| server.with_matching_tools(&words)).collect())
    }

    /// The tools of all servers that are switched on, or of one, that the words name.
    pub async fn list_tools(
        &self,
        actor: &Actor,
        words: &str,
        server: Option<&str>,
    ) -> Result<Vec<ToolView>> {
        let servers = self.list_servers(actor).await?.into_iter().filter(|known| known.enabled);
        let servers = servers.filter(|known| server.is_none_or(|server| known.name == server));
        let tools = servers.flat_map(|known| known.tools);
        Ok(tools.filter(|tool| tool.matches(words)).collect())
    }

    /// The page of the tool servers; what may be sent along to them is there for admins only.
    pub async fn tools_page(&self, actor: &Actor) -> Result<ToolsPage> {
        let servers = self.list_servers(actor).await?;
        let mut conn = self.ctx.connect("looking at the tool servers").await?;
        let drifts = load_drifts(&mut conn, actor).await?;
        let secrets = if can(actor.role, Permission::ManageTools) {
            secrets::list(&mut conn, actor.workspace, None).await?
        } else {
            vec![]
        };
        let choice = |secret: SecretView| SecretChoice { name: secret.name, hosts: secret.hosts };
        Ok(ToolsPage { servers, drifts, secrets: secrets.into_iter().map(choice).collect() })
    }

    /// A sample server. It is inside this process, so it is asked whenever somebody looks.
    async fn sample(&self, sample: SampleServer) -> ServerView {
        let name = sample.name().to_owned();
        let transport = Transport::Sample(sample);
        let address = ServerAddress { workspace: None, name: name.clone(), transport };
        let answer = self.ctx.deps.mcp.list_tools(&address).await;
        let view = ServerView { kind: ServerKind::Sample, ..bare(name) };
        match answer {
            Ok(listing) => {
                let tools = view_tools(&view.name, &listing.tools);
                ServerView { instructions: listing.instructions, tools, ..view }
            }
            Err(error) => {
                tracing::error!(%error, "the sample server does not list its tools");
                view
            }
        }
    }
}

/// What an argument of a tool holds, by the names of a workflow, as its server listed it last.
pub(crate) fn argument_shape(
    servers: &[ServerView],
    tool: &str,
    argument_name: &str,
) -> Option<Shape> {
    let name = ToolName::parse(tool)?;
    let server = servers.iter().find(|server| server.name == name.server)?;
    let url = server.url.as_deref().and_then(|url| Url::parse(url).ok());
    let host = url.as_ref().and_then(Url::host_str);
    let aliases = server.alias_set.with_own(server.aliases.clone(), host);
    let alias = aliases.get(name.tool);
    let meant = snake(alias.map_or(name.tool, |alias| alias.tool.as_str()));
    let found = server.tools.iter().find(|known| snake(&known.definition.name) == meant)?;
    let argument = alias.and_then(|alias| alias.arguments.get(argument_name));
    let argument = snake(argument.map_or(argument_name, String::as_str));
    let fields = build_form(&found.definition.input_schema).fields;
    fields.into_iter().find(|field| snake(&field.name) == argument).map(|field| field.shape)
}

/// What the servers of a workspace listed. After the first line of a failure comes what a program has
/// said, which is for admins.
async fn load_listings(
    conn: &mut PgConnection,
    actor: &Actor,
) -> Result<BTreeMap<String, KeptListing>> {
    let mut kept = listings::list(conn, actor.workspace).await?;
    let failures = kept.values_mut().filter_map(|listing| listing.health.error.as_mut());
    for error in failures.filter(|_| !can(actor.role, Permission::ManageTools)) {
        error.truncate(error.find('\n').unwrap_or(error.len()));
    }
    Ok(kept)
}

/// A server of which nothing is known but its name.
fn bare(name: String) -> ServerView {
    ServerView {
        id: None,
        name,
        kind: ServerKind::Agent,
        url: None,
        document: None,
        operations: vec![],
        operator: None,
        headers: vec![],
        auth: ServerAuth::default(),
        authorization: None,
        aliases: BTreeMap::new(),
        enabled: true,
        health: None,
        instructions: None,
        tools: vec![],
        unused: vec![],
        alias_set: AliasSet::Auto,
        allowed: vec![],
        calls_per_minute: 0,
    }
}

fn registered(row: ServerRow, listing: Option<KeptListing>) -> ServerView {
    let ServerForm {
        name,
        kind,
        url,
        document,
        operations,
        headers,
        auth,
        aliases,
        enabled,
        alias_set,
        allowed,
        calls_per_minute,
    } = row.form;
    let view = ServerView {
        id: Some(row.id),
        kind,
        url: Some(url),
        document,
        operations,
        headers,
        auth,
        aliases,
        enabled,
        alias_set,
        allowed,
        calls_per_minute,
        ..bare(name)
    };
    with_listing(view, listing)
}

fn operators_server(
    name: &str,
    server: &OperatorServer,
    listing: Option<KeptListing>,
) -> ServerView {
    let view = ServerView {
        kind: kind_of(&server.transport),
        operator: Some(server.describe()),
        aliases: server.aliases.clone(),
        alias_set: server.alias_set,
        ..bare(name.to_owned())
    };
    with_listing(view, listing)
}

fn with_listing(view: ServerView, listing: Option<KeptListing>) -> ServerView {
    let Some(KeptListing { health, instructions, tools, unused }) = listing else { return view };
    let tools = view_tools(&view.name, &tools);
    ServerView { health: Some(health), instructions, tools, unused, ..view }
}

/// The agent verbs, which a model answers.
fn agent_verbs() -> ServerView {
    let tools = view_tools(AGENT_SERVER, &agent::definitions());
    ServerView { tools, ..bare(AGENT_SERVER.to_owned()) }
}
