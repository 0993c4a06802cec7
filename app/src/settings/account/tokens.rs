//! The person's own tokens, in short; the page of the tokens has the rest.

use leptos::prelude::*;
use model::{account::TokenView, id::WorkspaceId};
use ui::{card::Card, format::pluralize, relative_time::RelativeTime};
use web::{routes, settings_page::SettingsPage};

/// As many tokens are named here.
const SHOWN: usize = 5;

/// The newest of the person's own tokens, and the way to all.
#[component]
pub(super) fn TokensCard(
    /// The workspace of the page: its tokens are listed.
    workspace: WorkspaceId,
    /// The person's own tokens, the newest first.
    tokens: Vec<TokenView>,
) -> impl IntoView {
    let more = tokens.len().saturating_sub(SHOWN);
    let words = match tokens.len() {
        0 => "You have no tokens in this workspace.".to_owned(),
        _ => "Programs with these tokens act in your name.".to_owned(),
    };
    let rows = tokens.into_iter().take(SHOWN).map(|token| {
        let used = match token.last_used_at {
            Some(at) => view! { "used " <RelativeTime at=at /> }.into_any(),
            None => "never used".into_any(),
        };
        view! {
            <div class="facts__row">
                <dt dir="auto">{token.name}</dt>
                <dd>{used}</dd>
            </div>
        }
    });
    let rows = rows.collect_view();
    let more = (more > 0).then(|| {
        let words = format!("And {}.", pluralize(more as u64, "other", "others"));
        view! { <p class="subtle small">{words}</p> }
    });
    view! {
        <Card title="Your API tokens">
            <p class="muted">{words}</p>
            <dl class="facts account__tokens" data-testid="tokens">{rows}</dl>
            {more}
            <a class="link" href=routes::settings(workspace, SettingsPage::Tokens)>
                "Manage API tokens"
            </a>
        </Card>
    }
}
