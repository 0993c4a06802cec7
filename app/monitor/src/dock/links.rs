//! Documents that an execution made, and those that its launch brought along beside its values.

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    api::executions::BroughtDocument,
    execution::view::DocumentView,
    id::{DocumentId, NodeId},
    text::natural::natural_key,
};
use ui::icon::{Glyph, Icon};
use web::routes;

use crate::{
    outputs::{FIRST_SHOWN, ShowMore},
    store::ExecutionStore,
};

#[component]
pub fn DocumentLinks(
    store: ExecutionStore,
    #[prop(into)] of: Signal<Option<NodeId>>,
) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    let href = move |document: DocumentId| {
        workspace.map(|workspace| routes::document(workspace, document))
    };
    let most = RwSignal::new(FIRST_SHOWN);
    let all = Memo::new(move |_| {
        let of = of.get();
        let wanted = |made: &&DocumentView| of.as_ref().is_none_or(|of| made.node.is_run_of(of));
        // One more than is shown tells that there are more.
        let most = most.get() + 1;
        store.view.with(|view| view.documents.iter().filter(wanted).take(most).cloned().collect())
    });
    let documents = Memo::new(move |_| sorted(all.get(), most.get()));
    let is_more = Memo::new(move |_| all.read().len() > most.get());
    view! {
        <Show when=move || !documents.read().is_empty()>
            <ul class="made-documents">
                <For each=move || documents.get() key=|document| document.id let:document>
                    <li>
                        <a class="made-document" href=href(document.id)>
                            <Glyph icon=Icon::FileText />
                            <span class="clip">{document.title}</span>
                            <Glyph icon=Icon::ChevronRight size=14 />
                        </a>
                    </li>
                </For>
            </ul>
        </Show>
        <ShowMore when=is_more most=most />
    }
}

/// The first of the documents, by their titles.
fn sorted(mut documents: Vec<DocumentView>, most: usize) -> Vec<DocumentView> {
    documents.truncate(most);
    documents.sort_by_cached_key(|document| natural_key(&document.title));
    documents
}

/// Links to the documents; one that was deleted since keeps its title.
#[component]
pub fn BroughtDocuments(
    /// In the order in which they were chosen at the launch.
    documents: Vec<BroughtDocument>,
) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    let row = move |BroughtDocument { id, title, gone }: BroughtDocument| {
        let href = workspace.map(|workspace| routes::document(workspace, id));
        let shown = if gone {
            view! { {title} " " <span class="subtle small">"deleted"</span> }.into_any()
        } else {
            view! { <a class="link" href=href>{title}</a> }.into_any()
        };
        view! { <li dir="auto">{shown}</li> }
    };
    view! { <ul class="brought">{documents.into_iter().map(row).collect_view()}</ul> }
}
