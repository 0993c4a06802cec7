//! Links between related executions: what launched this one, what it launched, what it runs again.

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    execution::view::NodeView,
    id::ExecutionId,
    pages::{ExecutionLink, ExecutionRelations},
};
use web::routes;

use super::store::ExecutionStore;

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
    let origin = relations.origin.iter().map(|first| (first.id, again(first)));
    parent.chain(origin).collect()
}

/// Links to what launched this execution and to what it runs again.
#[component]
pub fn RelationLinks(
    /// The state of the execution that is shown.
    store: ExecutionStore,
) -> impl IntoView {
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

/// Links to the executions a node has launched.
#[component]
pub fn ChildLinks(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The node in the panel; nothing is shown where it has launched no execution.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    let children = Memo::new(move |_| {
        let of_node = |node: &NodeView| {
            let jobs = node.jobs.iter();
            jobs.filter_map(|job| job.child).collect::<Vec<_>>()
        };
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
    /// The state of the execution that is shown.
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
