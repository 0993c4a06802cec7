//! Links between related executions: what launched this one, what it launched, what it runs again; and to
//! what it is about, or has made, in other systems.

use frame::layout::session::use_session;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::{
    execution::view::NodeView,
    external_ref::ExternalRef,
    id::{ExecutionId, WorkspaceId},
    pages::{ExecutionLink, ExecutionRelations},
};
use web::routes;

use crate::store::ExecutionStore;

/// "Launched by Campaign #12", "Runs Campaign #12 again", "Replays Campaign #12".
fn link_texts(relations: &ExecutionRelations) -> Vec<(ExecutionId, String)> {
    let named = |link: &ExecutionLink| format!("{} #{}", link.name, link.number);
    let parent = relations.parent.iter().map(|up| (up.id, format!("Launched by {}", named(up))));
    let again = |first: &ExecutionLink| {
        if relations.is_replay {
            format!("Replays {}", named(first))
        } else {
            format!("Runs {} again", named(first))
        }
    };
    parent.chain(relations.origin.iter().map(|first| (first.id, again(first)))).collect()
}

/// Links to what launched this execution and to what it runs again.
#[component]
pub fn RelationLinks(store: ExecutionStore) -> impl IntoView {
    let links = store.page.with_value(|page| link_texts(&page.relations));
    let workspace = use_session().map(|session| session.workspace());
    workspace.filter(|_| !links.is_empty()).map(|workspace| {
        let link = |(id, words): (ExecutionId, String)| {
            view! { <a class="link" href=routes::execution(workspace, id)>{words}</a> }
        };
        let links: Vec<_> = links.into_iter().map(link).collect();
        view! { <p class="monitor__kin">{links}</p> }
    })
}

#[component]
pub fn ChildLinks(
    store: ExecutionStore,
    /// The node in the panel; nothing is shown where it has launched no execution.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    let children = Memo::new(move |_| {
        let of_node =
            |node: &NodeView| node.jobs.iter().filter_map(|job| job.child).collect::<Vec<_>>();
        node.with(|node| node.as_ref().map(of_node).unwrap_or_default())
    });
    let words = move |id: ExecutionId| {
        store.page.with_value(|page| {
            let known = page.relations.children.iter().find(|link| link.id == id);
            known.map_or("Open the run it started".to_owned(), |link| {
                format!("Open {} #{}", link.name, link.number)
            })
        })
    };
    move || {
        let workspace = workspace?;
        let children = children.get();
        let link = |id| {
            view! { <a class="link" href=routes::execution(workspace, id)>{words(id)}</a> }
        };
        let links: Vec<_> = children.iter().copied().map(link).collect();
        (!links.is_empty()).then(|| view! { <p class="monitor__kin">{links}</p> })
    }
}

/// Where a node comes from that did not run here.
#[component]
pub fn TakenOver(
    store: ExecutionStore,
    /// The node in the panel; nothing is shown where it ran in this execution.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    // What was given to a part of a workflow comes from nowhere else.
    let origin = move |node: &NodeView| node.reused_from.filter(|id| *id != store.id());
    let origin = Memo::new(move |_| node.with(|node| origin(node.as_ref()?)));
    let name = move |id: ExecutionId| {
        store.page.with_value(|page| {
            let origin = page.relations.origin.as_ref().filter(|link| link.id == id);
            origin.map_or("an earlier run".to_owned(), |link| {
                format!("{} #{}", link.name, link.number)
            })
        })
    };
    move || {
        let (workspace, id) = (workspace?, origin.get()?);
        let to = routes::execution(workspace, id);
        Some(view! {
            <p class="monitor__kin">
                "Reused from " <a class="link" href=to>{name(id)}</a>
            </p>
        })
    }
}

/// The links of an execution, each with the way to all executions that have it; nothing where there
/// are none.
#[component]
pub fn ExternalRefLinks(store: ExecutionStore) -> impl IntoView {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::execution::state::ExecutionStatus;

    use super::*;

    #[test]
    fn an_execution_says_what_launched_it_and_what_it_runs_again() {
        let id: ExecutionId = "0197a000-0000-7000-8000-000000000001".parse().unwrap();
        let (name, status) = ("Campaign".to_owned(), ExecutionStatus::Completed);
        let link = ExecutionLink { id, number: 12, name, status, node_id: None };
        let relations = ExecutionRelations {
            parent: Some(link.clone()),
            origin: Some(link),
            ..ExecutionRelations::default()
        };
        let words = |of: &ExecutionRelations| {
            link_texts(of).into_iter().map(|(_, words)| words).collect::<Vec<_>>()
        };

        assert_eq!(words(&relations), ["Launched by Campaign #12", "Runs Campaign #12 again"]);
        let replay = ExecutionRelations { is_replay: true, parent: None, ..relations };
        assert_eq!(words(&replay), ["Replays Campaign #12"]);
        assert!(link_texts(&ExecutionRelations::default()).is_empty());
    }
}
