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
        how: "Create a personal access token and save it as a secret for api.githubcopilot.com. \
              Connect the server with an Authorization header that uses the secret. Names \
              that workflows use, such as github.getIssue, work as they are.",
        text: "https://api.githubcopilot.com/mcp/x/all",
    },
    WellKnown {
        name: "Linear",
        how: "Create an API key in Linear's settings and save it as a secret for mcp.linear.app. \
              Connect the server with an Authorization header that uses the secret.",
        text: "https://mcp.linear.app/mcp",
    },
    WellKnown {
        name: "Slack, Notion",
        how: "Connect the server with “OAuth: sign in”, then choose Connect on its card and sign \
              in. For Slack, enter the client ID and secret of your own app.",
        text: "https://mcp.notion.com/mcp",
    },
    WellKnown {
        name: "Sentry",
        how: "Connect the server with “OAuth: sign in”, then choose Connect on its card and sign \
              in.",
        text: "https://mcp.sentry.dev/mcp",
    },
    WellKnown {
        name: "Files",
        how: "A program on the server, so only the operator of Atelier can set it up. It reads \
              only the folders you list.",
        text: "[servers.files]\n\
               command = [\"npx\", \"-y\", \"@modelcontextprotocol/server-filesystem\", \"/srv/files\"]",
    },
    WellKnown {
        name: "Other servers",
        how: "Enter the URL and the headers the server needs. For a server in a private \
              network, the operator of Atelier allows its host and port with \
              ATELIER_OUTBOUND_ALLOW.",
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
        <Card title="Connect popular servers">
            <ul class="tools__known">{rows.into_iter().collect_view()}</ul>
            <p class="facts__note subtle small">
                "The operator's file is set by ATELIER_MCP_CONFIG, or is atelier.mcp.toml in the folder where the server was started. Programs can be set up only there."
            </p>
        </Card>
    }
    .into_any()
}
