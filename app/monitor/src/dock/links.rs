//! Documents that an execution made, and what its launch brought along beside its values: documents and
//! files, to be opened.

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    api::executions::BroughtDocument,
    execution::view::DocumentView,
    id::{DocumentId, ExecutionId, NodeId},
    library::{Upload, UploadKind},
    text::natural::natural_key,
};
use serde_json::Value;
use ui::{
    format,
    icon::{Glyph, Icon},
};
use web::routes::{self, ThumbnailSide};

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

/// The files, with their sizes: pictures to be looked at, others to be downloaded.
#[component]
pub fn BroughtFiles(
    /// The execution that was launched with them.
    execution: ExecutionId,
    /// In the order in which they were chosen at the launch.
    files: Vec<Upload>,
) -> impl IntoView {
    let row = move |file: Upload| {
        let size = format::bytes(file.bytes.unsigned_abs());
        view! {
            <li>
                {render_file(execution, file)}
                " "
                <span class="subtle small num">{size}</span>
            </li>
        }
    };
    view! { <ul class="brought">{files.into_iter().map(row).collect_view()}</ul> }
}

/// The files that a tool gave with a value, to be downloaded.
#[component]
pub fn ToolFiles(
    /// The execution that has got them.
    execution: ExecutionId,
    value: Value,
) -> impl IntoView {
    let files = Upload::files_in(&value);
    (!files.is_empty()).then(|| view! { <BroughtFiles execution=execution files=files /> })
}

/// A link to a file; an image has its thumbnail beside the name.
fn render_file(execution: ExecutionId, file: Upload) -> AnyView {
    let href = routes::brought_file(execution, file.id);
    match file.kind {
        UploadKind::Image => {
            let small = routes::brought_thumbnail(execution, file.id, ThumbnailSide::Small);
            view! {
                <a class="link brought__picture" href=href target="_blank" rel="external noopener">
                    <img src=small alt="" width="40" height="40" loading="lazy" />
                    <span dir="auto">{file.name}</span>
                </a>
            }
            .into_any()
        }
        UploadKind::Pdf | UploadKind::Text | UploadKind::File => view! {
            <a class="link" dir="auto" href=href rel="external" download="">
                {file.name}
            </a>
        }
        .into_any(),
    }
}
