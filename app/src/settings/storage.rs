//! Storage: what the files of the workspace take up, and where the largest are.

use api::admin::load_storage;
use frame::layout::{page_resource::load_once, session::use_session};
use leptos::prelude::*;
use model::{
    api::lineage::Subject,
    id::WorkspaceId,
    pages::{LargeFile, StorageKind, StoragePlace, StorageShare, StorageUse},
};
use ui::{
    card::Card, empty::EmptyState, format, icon::Icon, progress::ProgressBar,
    relative_time::RelativeTime, table::Table,
};
use web::{routes, settings_page::SettingsPage};

use super::sheet::SettingsSheet;

/// What the files of the workspace take up.
#[component]
pub fn StoragePage() -> impl IntoView {
    let page = load_once(|| (), |()| load_storage());
    view! {
        <SettingsSheet
            page=SettingsPage::Storage
            lead="Space used by images and files. Identical files are stored and counted once. Texts, logs and versions are in the database and not counted here."
            loads=page
            failure="Couldn't load storage use"
            count=2
            show=|used| view! { <Storage used=used /> }.into_any()
        />
    }
}

/// A size as people read it; sizes are never negative.
fn size(bytes: i64) -> String {
    format::bytes(u64::try_from(bytes).unwrap_or(0))
}

fn file_count(files: i64) -> String {
    format::pluralize(u64::try_from(files).unwrap_or(0), "file", "files")
}

#[component]
fn Storage(used: StorageUse) -> impl IntoView {
    if used.shares.is_empty() {
        return view! {
            <EmptyState
                icon=Icon::Archive
                title="No files yet"
                text="Images from runs and uploaded files are counted here."
            />
        }
        .into_any();
    }
    let workspace = use_session().map(|session| session.workspace());
    let whole = used.bytes();
    let total = format!("{} in {}", size(whole), file_count(used.files()));
    let shares = used.shares.iter().map(|share| view! { <Share share=*share whole=whole /> });
    let shares = shares.collect_view();
    let rows = used.largest.into_iter();
    let rows = rows.map(|file| view! { <Row workspace=workspace file=file /> }).collect_view();
    view! {
        <Card title="By type">
            <p class="muted budget__note" data-testid="storage-total">{total}</p>
            <ul class="budgets">{shares}</ul>
        </Card>
        <Card title="Largest files">
            <div class="history__table">
                <Table caption="Largest files" columns=vec!["File", "Type", "Size", "Added"]>
                    {rows}
                </Table>
            </div>
        </Card>
    }
    .into_any()
}

/// How much of all the files of one kind are.
#[component]
fn Share(share: StorageShare, whole: i64) -> impl IntoView {
    let StorageShare { kind, files, bytes } = share;
    #[expect(clippy::cast_precision_loss, reason = "a share on the screen")]
    let percent = Signal::stored(Some(bytes as f64 * 100.0 / whole.max(1) as f64));
    view! {
        <li class="storage__kind">
            <p class="storage__facts">
                <span>{kind.label()}</span>
                <span class="num">{size(bytes)} <span class="subtle">" · " {file_count(files)}</span></span>
            </p>
            <ProgressBar percent=percent label=kind.label() />
        </li>
    }
}

/// Where a file is found.
fn address(workspace: WorkspaceId, place: StoragePlace) -> String {
    match place {
        StoragePlace::MadeImage(id) => routes::lineage(workspace, Subject::Image(id)),
        StoragePlace::Project(id) => routes::project(workspace, id),
        StoragePlace::Document(id) => routes::document(workspace, id),
        StoragePlace::Execution(id) => routes::execution(workspace, id),
    }
}

/// What a file is kept as, one of it.
fn kept_as(kind: StorageKind) -> &'static str {
    match kind {
        StorageKind::MadeImage => "Image from a run",
        StorageKind::AddedImage => "Uploaded image",
        StorageKind::DocumentFile => "Document file",
        StorageKind::LaunchFile => "Launch file",
        StorageKind::Unneeded => "Will be deleted soon",
    }
}

/// One of the largest files, with a link to where it is. The roles of the cells are written out: as a
/// card on a phone they would be lost.
#[component]
fn Row(workspace: Option<WorkspaceId>, file: LargeFile) -> impl IntoView {
    let name = if file.name.is_empty() { file.media_type } else { file.name };
    let href = workspace.zip(file.place).map(|(workspace, place)| address(workspace, place));
    let name = match href {
        Some(href) => view! { <a class="link" href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell" class="history__what storage__name" dir="auto">{name}</td>
            <td role="cell" class="muted" data-label="Type">{kept_as(file.kind)}</td>
            <td role="cell" class="num" data-label="Size">{size(file.bytes)}</td>
            <td role="cell" data-label="Added"><RelativeTime at=file.stored_at /></td>
        </tr>
    }
}
