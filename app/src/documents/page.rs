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
    api::{documents::ExportFormat, lineage::Subject},
    comment::subject::CommentSubject,
    id::{DocumentId, WorkspaceId},
    library::DocumentPage,
};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook, ButtonSize, LinkButton},
    icon::{Glyph, Icon},
    menu::Menu,
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::routes;

use super::{
    attachments::Attachments,
    files::ReferenceFiles,
    moving::{Kept, Moving},
    removal::Removal,
    status::{CutTag, SampleTag, StatusTag},
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
                failure="The document could not be loaded"
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
    let crumbs =
        vec![Crumb::link("Documents", routes::documents(workspace)), Crumb::here(title.clone())];
    let empty = text.is_empty();
    let (id, images, files) = (page.id, page.images.clone(), page.files.clone());
    let may_edit = use_session().is_some_and(|session| session.may(Permission::EditDocument));
    let kept = RwSignal::new((page.project, page.project_name.clone()));
    let beside = may_edit || !images.is_empty() || !files.is_empty() || uses.all > 0;
    let doomed = uses.clone();
    let subject = CommentSubject::Document { id };
    view! {
        <Title text=title.clone() />
        <Breadcrumb crumbs=crumbs />
        <header class="document__head">
            <h1 class="document__title" dir="auto" title=title.clone()>
                {title.clone()}
            </h1>
            <Provenance workspace=workspace page=page kept=kept />
            <div class="document__tools">
                {may_edit
                    .then(|| {
                        view! {
                            <LinkButton
                                href=routes::document_writing(workspace, id)
                                look=ButtonLook::Primary
                                icon=Icon::Pencil
                            >
                                "Edit"
                            </LinkButton>
                        }
                    })}
                <Versions document=id on_restored=on_restored />
                <Export document=id />
                <CommentsButton subject=subject about=title.clone() />
                {may_edit.then(|| view! { <Moving document=id kept=kept /> })}
                {may_edit.then(|| view! { <Removal workspace=workspace document=id uses=doomed /> })}
            </div>
        </header>
        <div class="document__columns">
            <article class="card document__paper">
                {if empty {
                    view! { <p class="muted">"This document has no text yet."</p> }.into_any()
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
                <p class="muted small">"This is how a long text begins."</p>
                <Button size=ButtonSize::Small busy=busy on_press=show_all>
                    "Show all of it"
                </Button>
            </footer>
        </Show>
    }
}

/// Status, tags, the execution that made the document, its project, and when it was changed.
#[component]
fn Provenance(workspace: WorkspaceId, page: DocumentPage, kept: RwSignal<Kept>) -> impl IntoView {
    let maker = page.execution.map(|execution| {
        let name = page.execution_name.unwrap_or_else(|| "an execution".to_owned());
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
            <span dir="auto">{move || kept.read().1.clone()}</span>
        </a>
    };
    let tags = page.tags.into_iter().map(|tag| view! { <Tag icon=Icon::Tag>{tag}</Tag> });
    view! {
        <div class="document__facts">
            <StatusTag status=page.status />
            <SampleTag sample=page.sample />
            <CutTag cut_off=page.cut_off />
            {tags.collect_view()}
            {maker}
            {how}
            {project}
            <span class="subtle small">"Changed " <RelativeTime at=page.updated_at /></span>
        </div>
    }
}

/// The document as a file, in two ways.
#[component]
fn Export(document: DocumentId) -> impl IntoView {
    let place = move |format| routes::document_export(document, format);
    view! {
        <Menu
            label="Export"
            trigger=|| {
                view! {
                    <span class="button">
                        <Glyph icon=Icon::Download />
                        <span class="button__label">"Export"</span>
                    </span>
                }
            }
        >
            <a class="menu__item" href=place(ExportFormat::Markdown) rel="external" download="">
                <Glyph icon=Icon::FileText />
                <span>"Markdown with images (ZIP)"</span>
            </a>
            <a class="menu__item" href=place(ExportFormat::Html) rel="external" download="">
                <Glyph icon=Icon::Globe />
                <span>"One page to print (HTML)"</span>
            </a>
        </Menu>
    }
}
