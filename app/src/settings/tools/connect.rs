//! How well-known servers are connected, in a few words each.

use leptos::prelude::*;
use ui::card::Card;

/// A server that many have.
struct WellKnown {
    name: &'static str,
    /// What to do, in sentences; none of it was tried from here, since each wants an account.
    how: &'static str,
    /// What is copied into the form or the operator's file.
    text: &'static str,
}

const WELL_KNOWN: [WellKnown; 6] = [
    WellKnown {
        name: "GitHub",
        how: "Make a personal access token, and keep it as a secret for api.githubcopilot.com. \
              Connect the server with the header Authorization from that secret. Its tools have names \
              like issue_read: give those that your workflows call another name.",
        text: "https://api.githubcopilot.com/mcp/",
    },
    WellKnown {
        name: "Linear",
        how: "Make an API key in Linear's settings, and keep it as a secret for mcp.linear.app. \
              Connect the server with the header Authorization from that secret.",
        text: "https://mcp.linear.app/mcp",
    },
    WellKnown {
        name: "Slack, Notion",
        how: "Their own servers require OAuth, which Atelier does not support yet. Run a server for \
              them yourself, with a token of your own app, as a program in the operator's file or \
              behind an address.",
        text: "[servers.notion]\n\
               command = [\"npx\", \"-y\", \"@notionhq/notion-mcp-server\"]\n\
               env = { NOTION_TOKEN = \"…\" }",
    },
    WellKnown {
        name: "Sentry",
        how: "Its own server requires OAuth, too. Run one yourself, with a user token, as a program in \
              the operator's file.",
        text: "[servers.sentry]\n\
               command = [\"npx\", \"-y\", \"@sentry/mcp-server\"]\n\
               env = { SENTRY_ACCESS_TOKEN = \"…\" }",
    },
    WellKnown {
        name: "Files",
        how: "A program, so only whoever runs Atelier can set it up. It sees the folders that are named \
              and no others.",
        text: "[servers.files]\n\
               command = [\"npx\", \"-y\", \"@modelcontextprotocol/server-filesystem\", \"/srv/files\"]",
    },
    WellKnown {
        name: "Any other",
        how: "By its address, with the headers that it asks for. One in a private network is reached \
              where whoever runs Atelier allows its host and port by ATELIER_OUTBOUND_ALLOW.",
        text: "https://mcp.example.com/mcp",
    },
];

/// The well-known servers, each to be unfolded.
#[component]
pub(super) fn Connect() -> impl IntoView {
    let rows = WELL_KNOWN.map(|known| {
        view! {
            <li>
                <details class="tools__more">
                    <summary>{known.name}</summary>
                    <p>{known.how}</p>
                    <pre class="tools__schema" tabindex="0" role="group" aria-label=known.name>
                        {known.text}
                    </pre>
                </details>
            </li>
        }
    });
    view! {
        <Card title="How to connect well-known servers">
            <ul class="tools__known">{rows.into_iter().collect_view()}</ul>
            <p class="facts__note subtle small">
                "The operator's file is the one that ATELIER_MCP_CONFIG names, or atelier.mcp.toml where the server was started. Programs are set up there only."
            </p>
        </Card>
    }
    .into_any()
}
