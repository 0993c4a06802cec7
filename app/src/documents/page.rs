//! The page of one document.

use api::{
    documents::{DocumentReading, load_document, load_document_text},
    html::SafeHtml,
};
use frame::{
    comments::button::CommentsButton,
    formatted_text::FormattedText,
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use model::{
    access::Permission,
    api::lineage::{DocumentUses, Subject},
    comment::subject::CommentSubject,
    id::{DocumentId, WorkspaceId},
    library::DocumentPage,
};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook, ButtonSize, LinkButton},
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::routes;

use super::{
    attachments::Attachments,
    files::ReferenceFiles,
    moving::{Kept, MoveDialog, Moving},
    removal::Removal,
    status::{CutTag, SampleTag},
    status_menu::{AsideNotice, StatusMenu, StatusState},
    taking::{CopyMenu, ExportMenu},
    uses::Uses,
    versions::Versions,
};

/// The document in the address.
#[component]
pub fn DocumentRoute() -> impl IntoView {
    let id = use_id::<DocumentId>("document");
    let load = |id: Option<DocumentId>| async move { load_document(required(id)?).await };
    let document = load_once(move || id.get(), load);
    let workspace = use_session().map(|session| session.workspace());
    let show = move |reading: DocumentReading| {
        // Restoring a version changes everything on the page.
        let anew = move |()| document.refetch();
        workspace
            .map(|workspace| {
                view! { <Reading workspace=workspace reading=reading on_restored=anew /> }
            })
            .into_any()
    };
    view! {
        <div class="page document">
            <ResourceView
                page=document
                failure="Couldn't load document"
                shape=SkeletonShape::Lines
                count=8
                show=show
            />
        </div>
    }
}

/// A document to read: where it came from, its text, its images.
#[component]
pub fn Reading(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The document with its text as HTML.
    reading: DocumentReading,
    /// Called after an earlier version was restored.
    #[prop(optional, into)]
    on_restored: Option<Callback<()>>,
) -> impl IntoView {
    let DocumentReading { page, text, cut, uses } = reading;
    let title = page.title.clone();
    let crumbs = vec![
        Crumb::link("Documents", routes::documents(workspace)),
        Crumb::here(title.clone()).named(),
    ];
    let empty = text.is_empty();
    let (id, images, files) = (page.id, page.images.clone(), page.files.clone());
    let may_edit = use_session().is_some_and(|session| session.may(Permission::EditDocument));
    let kept = RwSignal::new((page.project, page.project_name.clone()));
    let state = StatusState::new(&page);
    let beside = may_edit || !images.is_empty() || !files.is_empty() || uses.all > 0;
    let doomed = uses.clone();
    view! {
        <Title text=title.clone() />
        <Breadcrumb crumbs=crumbs />
        <header class="document__head">
            <h1 class="document__title" dir="auto" translate="no" title=title.clone()>
                {title.clone()}
            </h1>
            <Provenance workspace=workspace page=page kept=kept state=state may_edit=may_edit />
            <AsideNotice state=state may_edit=may_edit />
            <Tools
                workspace=workspace
                document=id
                title=title
                kept=kept
                uses=doomed
                may_edit=may_edit
                on_restored=on_restored
            />
        </header>
        <div class="document__columns">
            <article class="card document__paper">
                {if empty {
                    view! { <p class="muted">"This document is empty."</p> }.into_any()
                } else {
                    view! { <Text document=id begun=text cut=cut /> }.into_any()
                }}
            </article>
            <aside class="document__beside" aria-label="Images, files and uses" hidden=!beside>
                <Attachments
                    document=id
                    project=Signal::derive(move || kept.read().0)
                    images=images
                />
                <ReferenceFiles document=id files=files />
                <Uses workspace=workspace uses=uses />
            </aside>
        </div>
    }
}

/// Everything that can be done with the document.
#[component]
fn Tools(
    workspace: WorkspaceId,
    document: DocumentId,
    title: String,
    kept: RwSignal<Kept>,
    uses: DocumentUses,
    may_edit: bool,
    on_restored: Option<Callback<()>>,
) -> impl IntoView {
    let subject = CommentSubject::Document { id: document };
    let edit = may_edit.then(|| {
        view! {
            <LinkButton
                href=routes::document_writing(workspace, document)
                look=ButtonLook::Primary
                icon=Icon::Pencil
            >
                "Edit"
            </LinkButton>
        }
    });
    let more = may_edit.then(|| {
        let (moving, doomed) = (Moving::new(document, kept), RwSignal::new(None));
        view! {
            <Menu
                label=format!("More for {title}")
                trigger=|| view! { <Glyph icon=Icon::Ellipsis /> }
            >
                <MenuAction icon=Icon::Folder on_press=move |()| moving.ask()>
                    "Move…"
                </MenuAction>
                <MenuAction icon=Icon::Trash on_press=move |()| doomed.set(Some(document))>
                    "Delete…"
                </MenuAction>
            </Menu>
            <MoveDialog moving=moving />
            <Removal workspace=workspace doomed=doomed uses=uses />
        }
    });
    view! {
        <div class="document__tools">
            {edit}
            <CopyMenu document=document />
            <ExportMenu document=document />
            <Versions document=document on_restored=on_restored />
            <CommentsButton subject=subject about=title />
            {more}
        </div>
    }
}

/// The text; of a very long one only the beginning, with a button that shows all of it.
#[component]
fn Text(document: DocumentId, begun: SafeHtml, cut: bool) -> impl IntoView {
    let (text, cut) = (RwSignal::new(begun), RwSignal::new(cut));
    let (busy, toasts) = (RwSignal::new(false), use_toasts());
    let show_all = move |()| {
        busy.set(true);
        spawn_local(async move {
            match load_document_text(document).await {
                Ok(all) => {
                    text.try_set(all);
                    cut.try_set(false);
                }
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    view! {
        {move || view! { <FormattedText html=text.get() /> }}
        <Show when=move || cut.get()>
            <footer class="document__more">
                <p class="muted small">"This is the beginning of a long document."</p>
                <Button size=ButtonSize::Small busy=busy on_press=show_all>
                    "Show all"
                </Button>
            </footer>
        </Show>
    }
}

/// Status, tags, the execution that made the document, its project, and when it was changed.
#[component]
fn Provenance(
    workspace: WorkspaceId,
    page: DocumentPage,
    kept: RwSignal<Kept>,
    state: StatusState,
    may_edit: bool,
) -> impl IntoView {
    let maker = page.execution.map(|execution| {
        let name = page.execution_name.unwrap_or_else(|| "a deleted run".to_owned());
        view! {
            <a class="provenance" href=routes::execution(workspace, execution)>
                <Glyph icon=Icon::Workflow size=14 />
                <span>{format!("by {name}")}</span>
            </a>
        }
    });
    let how = page.execution.map(|_| {
        let href = routes::lineage(workspace, Subject::Document(page.id));
        view! {
            <a class="how-made" href=href>
                "How was this made?"
            </a>
        }
    });
    let project = view! {
        <a class="document__project" href=move || routes::project(workspace, kept.read().0)>
            <Glyph icon=Icon::Folder size=14 />
            <span dir="auto" translate="no">{move || kept.read().1.clone()}</span>
        </a>
    };
    let tags = page.tags.into_iter().map(|tag| view! { <Tag icon=Icon::Tag>{tag}</Tag> });
    view! {
        <div class="document__facts">
            <StatusMenu state=state may_edit=may_edit />
            <SampleTag sample=page.sample />
            <CutTag cut_off=page.cut_off />
            {tags.collect_view()}
            {maker}
            {how}
            {project}
            <span class="subtle small">"Updated " <RelativeTime at=page.updated_at /></span>
        </div>
    }
}
