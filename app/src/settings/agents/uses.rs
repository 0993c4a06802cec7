//! The workflows that have an agent.

use leptos::prelude::*;
use model::{agent::library::AgentUse, id::WorkspaceId};
use web::routes;

/// A list of links to the workflows, or that there are none.
#[component]
pub(super) fn Uses(
    /// The workflows, by name.
    #[prop(into)]
    used_by: Signal<Vec<AgentUse>>,
    /// The workspace of the page.
    workspace: WorkspaceId,
) -> impl IntoView {
    let row = move |used: AgentUse| {
        let version = match used.version {
            Some(version) => format!(" v{version}"),
            None => " latest version".to_owned(),
        };
        view! {
            <li>
                <a class="link" dir="auto" href=routes::template(workspace, used.template)>
                    {used.name}
                </a>
                <span class="subtle small num">{version}</span>
            </li>
        }
    };
    move || match used_by.get() {
        none if none.is_empty() => {
            view! { <p class="muted small">"No workflow uses it yet."</p> }.into_any()
        }
        some => {
            view! { <ul class="settings__uses">{some.into_iter().map(row).collect_view()}</ul> }
                .into_any()
        }
    }
}
