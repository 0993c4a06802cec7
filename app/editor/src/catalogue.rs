//! The tools of connected servers, for the palette and the panel. They are loaded once the page is
//! alive: to list servers takes longer than to draw the editor.

use api::tools::list_tools;
use frame::agent_form::tool_choice::{ToolChoice, tool_choices};
use leptos::{prelude::*, task::spawn_local};
use model::mcp::{
    arguments::plain_text,
    server::{ServerKind, ServerView},
    tool::ToolDefinition,
};

/// The most tools that a list shows at once.
const MOST_SHOWN: usize = 100;

/// The servers with their tools; empty until they are loaded.
#[derive(Debug, Clone, Copy)]
pub struct ToolCatalogue {
    servers: RwSignal<Vec<ServerView>>,
}

/// A server with those of its tools that are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedServer {
    /// What workflows call it.
    pub name: String,
    pub is_sample: bool,
    /// Its tools, by name.
    pub tools: Vec<OfferedTool>,
}

/// A tool in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedTool {
    /// How a step names it, as `server.toolName`.
    pub key: String,
    pub name: String,
    /// What it does, in the words of the server.
    pub about: String,
}

impl ToolCatalogue {
    pub fn new(servers: Vec<ServerView>) -> Self {
        Self { servers: RwSignal::new(servers) }
    }

    /// The tools that the words name, by server, followed as the catalogue changes; at most 100.
    pub fn search(self, words: &str) -> Vec<OfferedServer> {
        let mut left = MOST_SHOWN;
        let servers = self.servers.read();
        let offered = servers.iter().filter_map(|server| {
            let found = server.tools.iter().filter(|tool| tool.matches(words));
            let offer = |tool: &model::mcp::server::ToolView| OfferedTool {
                key: tool.key.clone(),
                name: own_name(&tool.key).to_owned(),
                about: plain_text(&tool.definition.description),
            };
            let tools: Vec<OfferedTool> = found.take(left).map(offer).collect();
            left -= tools.len();
            let is_sample = server.kind == ServerKind::Sample;
            (!tools.is_empty()).then(|| OfferedServer {
                name: server.name.clone(),
                is_sample,
                tools,
            })
        });
        offered.collect()
    }

    /// What a server says of a tool, followed as the catalogue changes.
    pub fn definition(self, key: &str) -> Option<ToolDefinition> {
        let servers = self.servers.read();
        let mut tools = servers.iter().flat_map(|server| &server.tools);
        tools.find(|tool| tool.key == key).map(|tool| tool.definition.clone())
    }

    /// Whether the sample server answers for a tool.
    pub fn is_sample(self, key: &str) -> bool {
        let servers = self.servers.read();
        let has = |server: &&ServerView| server.tools.iter().any(|tool| tool.key == key);
        servers.iter().find(has).is_some_and(|server| server.kind == ServerKind::Sample)
    }

    /// The known tools nearest to a name that nobody has; none where it is known, nothing is like it,
    /// or no tools are known yet.
    pub fn nearest(self, key: &str) -> Option<String> {
        let servers = self.servers.read();
        let keys = || servers.iter().flat_map(|server| &server.tools).map(|tool| tool.key.as_str());
        if key.trim().is_empty() || keys().any(|known| known == key) {
            return None;
        }
        model::text::nearest::nearest(key, keys()).map(str::to_owned)
    }

    /// What an agent can be given: these tools, those of Atelier, and workflows by these names.
    pub fn choices(self, workflows: &[String]) -> Vec<ToolChoice> {
        tool_choices(&self.servers.read(), workflows)
    }

    /// How many tools there are.
    pub fn count(self) -> usize {
        self.servers.read().iter().map(|server| server.tools.len()).sum()
    }
}

fn own_name(key: &str) -> &str {
    key.split_once('.').map_or(key, |(_, name)| name)
}

/// Gives what is below the catalogue, and loads it once the page is alive. A failure leaves it empty:
/// names of tools can be typed.
pub fn provide_catalogue() {
    let catalogue = ToolCatalogue::new(vec![]);
    provide_context(catalogue);
    Effect::new(move || {
        spawn_local(async move {
            if let Ok(servers) = list_tools(String::new()).await {
                catalogue.servers.try_set(servers);
            }
        });
    });
}

/// The catalogue of the page; an empty one where there is none.
pub fn use_catalogue() -> ToolCatalogue {
    use_context().unwrap_or_else(|| ToolCatalogue::new(vec![]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn catalogue() -> ToolCatalogue {
        let tool = |key: &str, about: &str| {
            json!({
                "key": key,
                "definition": { "name": key, "description": about, "input_schema": {} },
                "hash": "",
            })
        };
        let server = |name: &str, kind: &str, tools| json!({ "name": name, "kind": kind, "enabled": true, "tools": tools });
        let servers = json!([
            server("deploy", "http", json!([tool("deploy.rollbackService", "Goes back.")])),
            server(
                "github",
                "sample",
                json!([
                    tool("github.getIssue", "Reads an issue."),
                    tool("github.addLabels", "Labels it."),
                ])
            ),
        ]);
        ToolCatalogue::new(serde_json::from_value(servers).unwrap())
    }

    #[test]
    fn tools_are_found_by_name_under_their_servers_and_a_slip_finds_its_tool() {
        Owner::new().with(|| {
            let catalogue = catalogue();
            let found = |words: &str| {
                let servers = catalogue.search(words).into_iter();
                let keys = servers.flat_map(|server| server.tools).map(|tool| tool.key);
                keys.collect::<Vec<_>>()
            };

            assert_eq!(found("getIssue"), ["github.getIssue"]);
            assert_eq!(found("").len(), 3);
            assert_eq!(catalogue.search("labels")[0].name, "github");
            assert!(catalogue.is_sample("github.getIssue"));
            assert!(!catalogue.is_sample("deploy.rollbackService"));
            assert_eq!(catalogue.nearest("github.getIsue").as_deref(), Some("github.getIssue"));
            assert_eq!(catalogue.nearest("github.getIssue"), None);
            assert_eq!(catalogue.nearest("mail.send"), None);
        });
    }
}
