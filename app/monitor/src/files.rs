//! Files that a launch brought along or that tools gave: pictures to be looked at, others to be downloaded.

use leptos::prelude::*;
use model::{
    id::ExecutionId,
    library::{Upload, UploadKind},
};
use serde_json::Value;
use ui::format;
use web::routes::{self, ThumbnailSide};

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
