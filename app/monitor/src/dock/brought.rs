//! What a launch brought along beside its values: documents and files, to be opened.

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    api::executions::BroughtDocument,
    id::ExecutionId,
    library::{Upload, UploadKind},
};
use ui::format;
use web::routes::{self, ThumbnailSide};

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
        UploadKind::Pdf | UploadKind::Text => view! {
            <a class="link" dir="auto" href=href rel="external" download="">
                {file.name}
            </a>
        }
        .into_any(),
    }
}
