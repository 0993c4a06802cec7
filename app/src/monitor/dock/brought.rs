//! What a launch brought along beside its values: documents to be opened, files by name.

use leptos::prelude::*;
use model::{api::executions::BroughtDocument, library::Upload};

use crate::{layout::session::use_session, routes, ui::format};

/// The documents, each a way to it.
#[component]
pub fn BroughtDocuments(
    /// In the order chosen.
    documents: Vec<BroughtDocument>,
) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    let row = move |BroughtDocument { id, title }: BroughtDocument| {
        let href = workspace.map(|workspace| routes::document(workspace, id));
        view! {
            <li>
                <a class="link" href=href>
                    {title}
                </a>
            </li>
        }
    };
    view! { <ul class="brought">{documents.into_iter().map(row).collect_view()}</ul> }
}

/// The files, with their sizes. They have no address: only prompts read them.
#[component]
pub fn BroughtFiles(
    /// In the order chosen.
    files: Vec<Upload>,
) -> impl IntoView {
    let row = |file: Upload| {
        let size = format::bytes(file.bytes.unsigned_abs());
        view! {
            <li>
                <span dir="auto">{file.name}</span>
                " "
                <span class="subtle small num">{size}</span>
            </li>
        }
    };
    view! { <ul class="brought">{files.into_iter().map(row).collect_view()}</ul> }
}
