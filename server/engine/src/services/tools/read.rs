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
        name::AGENT_SERVER,
        page::{SecretChoice, ToolsPage},
        server::{ServerForm, ServerKind, ServerView, ToolView},
    },
    secret::SecretView,
};
use outside::mcp::{
    operator::OperatorServer,
    port::{ServerAddress, Transport},
};
use store::{
    error::{Doing, EngineError, Result},
    mcp::{
        listings::{self, KeptListing},
        servers::{self, ServerRow},
    },
    secrets,
};

use super::{Tools, drifts::load_drifts};
use crate::tools::{kind_of, view_tools};

impl Tools {
    /// The servers that workflows of the workspace can name, by name, each with the tools that it
    /// listed when it was last asked: those that the workspace has registered, the operator's, the
    /// samples whose names nobody else has, and the agent verbs.
    pub async fn list_servers(&self, actor: &Actor) -> Result<Vec<ServerView>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("listing tool servers")?;
        let rows = servers::list(&mut conn, actor.workspace).await?;
        let mut kept = listings::list(&mut conn, actor.workspace).await?;
        drop(conn);
        let mut views: Vec<ServerView> = rows
            .into_iter()
            .map(|row| {
                let listing = kept.remove(&row.form.name);
                registered(row, listing)
            })
            .collect();
        let operators = &self.context.deps.operator_servers;
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
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("looking for a tool server")?;
        let row = servers::find(&mut conn, actor.workspace, id).await?;
        let row = row.ok_or(EngineError::NotFound("tool server"))?;
        let listing = listings::list(&mut conn, actor.workspace).await?.remove(&row.form.name);
        Ok(registered(row, listing))
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
        let mut conn = self.context.pool.acquire().await.doing("looking at the tool servers")?;
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
        let answer = self.context.deps.mcp.list_tools(&address).await;
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

/// A server of which nothing is known but its name.
fn bare(name: String) -> ServerView {
    ServerView {
        id: None,
        name,
        kind: ServerKind::Agent,
        url: None,
        operator: None,
        headers: vec![],
        aliases: BTreeMap::new(),
        enabled: true,
        health: None,
        instructions: None,
        tools: vec![],
        unused: vec![],
    }
}

fn registered(row: ServerRow, listing: Option<KeptListing>) -> ServerView {
    let ServerForm { name, kind, url, headers, aliases, enabled } = row.form;
    let view = ServerView {
        id: Some(row.id),
        kind,
        url: Some(url),
        headers,
        aliases,
        enabled,
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
