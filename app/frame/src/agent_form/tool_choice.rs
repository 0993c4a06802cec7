//! The tools that an agent can be given.

use leptos::prelude::*;
use model::{
    agent::tools::{BuiltIn, ToolGrant},
    mcp::{arguments::plain_text, name::AGENT_SERVER, server::ServerView},
};

/// A tool that an agent can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolChoice {
    /// As the agent names it.
    pub tool: String,
    /// What it does, in a sentence or two.
    pub about: String,
}

/// Atelier's own tools, those of servers, and these workflows; agent verbs are no tools of agents.
pub fn tool_choices(servers: &[ServerView], workflows: &[String]) -> Vec<ToolChoice> {
    let own = BuiltIn::ALL.iter().map(|tool| ToolChoice {
        tool: format!("{}.{tool}", ToolGrant::BUILT_IN),
        about: about_built_in(*tool).to_owned(),
    });
    let served = servers.iter().filter(|server| server.name != AGENT_SERVER);
    let served = served.flat_map(|server| {
        let whole = ToolChoice {
            tool: format!("{}.{}", server.name, ToolGrant::ALL_TOOLS),
            about: format!(
                "All tools that {} has when a workflow is published or launched.",
                server.name
            ),
        };
        [whole].into_iter().chain(server.tools.iter().map(|tool| ToolChoice {
            tool: tool.key.clone(),
            about: match &tool.schema_fault {
                Some(fault) => format!("Left out: its schema isn't valid: {fault}."),
                None => plain_text(&tool.definition.description),
            },
        }))
    });
    let workflows = workflows.iter().map(|name| ToolChoice {
        tool: format!("{}.{name}", ToolGrant::WORKFLOW),
        about: "Runs this workflow and reads its result.".to_owned(),
    });
    own.chain(served).chain(workflows).collect()
}

/// A tool in a list to choose from.
#[component]
pub fn ToolOption(
    choice: ToolChoice,
    /// Called with the tool as it is named.
    on_choose: Callback<String>,
) -> impl IntoView {
    let ToolChoice { tool, about } = choice;
    let chosen = tool.clone();
    view! {
        <li>
            <button
                type="button"
                class="tool-list__tool"
                on:click=move |_| on_choose.run(chosen.clone())
            >
                <span class="tool-list__key">{tool}</span>
                <span class="small subtle" dir="auto">
                    {about}
                </span>
            </button>
        </li>
    }
}

fn about_built_in(tool: BuiltIn) -> &'static str {
    match tool {
        BuiltIn::SearchDocuments => "Finds documents of the project.",
        BuiltIn::ReadDocument => "Reads a document.",
        BuiltIn::SearchImages => "Finds images of the project.",
        BuiltIn::ReadArtifact => "Reads an output of the run or a long result, part by part.",
        BuiltIn::Time => "Tells the current time.",
        BuiltIn::CreateDocument => "Writes a new document.",
        BuiltIn::AttachImage => "Attaches an image to a document.",
    }
}
