//! Links to what an execution is about, or has made, in other systems.

use frame::layout::session::use_session;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::{external_ref::ExternalRef, id::WorkspaceId};
use web::routes;

use super::store::ExecutionStore;

/// The links of an execution, each with the way to all executions that have it; nothing where there
/// are none.
#[component]
pub fn ExternalRefLinks(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    let refs = store.external_refs;
    let row = move |reference: ExternalRef| {
        let words = reference.key().words();
        let all = workspace.map(|workspace| {
            let href = list_address(workspace, &reference);
            view! {
                <a class="link subtle small" href=href>
                    "All runs" <span class="unseen">{format!(" linked to {words}")}</span>
                </a>
            }
        });
        view! {
            <li class="monitor__ref">
                {link(&reference, words.clone())}
                {all}
            </li>
        }
    };
    move || {
        let refs = refs.get();
        (!refs.is_empty()).then(|| {
            let rows = refs.into_iter().map(row).collect_view();
            view! {
                <ul class="monitor__refs" aria-label="In other systems">
                    {rows}
                </ul>
            }
        })
    }
}

/// The way out to another system; just words where no address is known that a page may lead to.
fn link(reference: &ExternalRef, words: String) -> AnyView {
    match reference.link().map(str::to_owned) {
        Some(href) => view! {
            <a
                class="link"
                dir="auto"
                href=href
                target="_blank"
                rel="external noopener noreferrer nofollow"
            >
                {words}
            </a>
        }
        .into_any(),
        None => view! { <span dir="auto">{words}</span> }.into_any(),
    }
}

/// The address of the list of executions that are linked to the same.
fn list_address(workspace: WorkspaceId, reference: &ExternalRef) -> String {
    let mut query = ParamsMap::new();
    query.insert("external_ref", reference.key().to_string());
    format!("{}{}", routes::executions(workspace), query.to_query_string())
}
