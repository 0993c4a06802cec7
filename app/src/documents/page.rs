//! The page of one document: its text, what was made with it, and its deletion.

use api::{
    documents::{DocumentReading, delete_document, load_document, load_document_text},
    html::SafeHtml,
};
use frame::{
    action::SentAction,
    comments::button::CommentsButton,
    formatted_text::FormattedText,
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    access::Permission,
    api::lineage::{DocumentUse, DocumentUses, Subject},
    comment::subject::CommentSubject,
    id::{DocumentId, WorkspaceId},
    library::DocumentPage,
};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook, ButtonSize, LinkButton},
    dialog::RemovalDialog,
    format::pluralize,
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
};
use web::routes;

use super::{
    attachments::Attachments,
    files::ReferenceFiles,
    status::{AsideNotice, CutTag, SampleTag, StatusMenu, StatusState},
    tools::{CopyMenu, ExportMenu, Kept, MoveDialog, Moving},
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
    let action = SentAction::default();
    let show_all = move |()| {
        action.send(load_document_text(document), move |all| {
            text.try_set(all);
            cut.try_set(false);
        });
    };
    view! {
        {move || view! { <FormattedText html=text.get() /> }}
        <Show when=move || cut.get()>
            <footer class="document__more">
                <p class="muted small">"This is the beginning of a long document."</p>
                <Button size=ButtonSize::Small busy=action.busy on_press=show_all>
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

/// The dialog that asks for consent.
#[component]
pub(super) fn Removal(
    workspace: WorkspaceId,
    doomed: RwSignal<Option<DocumentId>>,
    uses: DocumentUses,
) -> impl IntoView {
    let navigate = use_navigate();
    let done =
        move |_: DocumentId| navigate(&routes::documents(workspace), NavigateOptions::default());
    view! {
        <RemovalDialog
            id="delete-document"
            title="Delete document?"
            text="This deletes its text, all versions and its files for good. Its images stay in the library."
            verb="Delete document"
            doomed=doomed
            delete=delete_document
            on_done=done
        >
            <LeftBehind workspace=workspace uses=uses />
        </RemovalDialog>
    }
}

/// `Write headlines · Spring #12`, with the number of outputs where there are several.
pub fn use_title(document_use: &DocumentUse) -> String {
    let DocumentUse { execution, label, versions, .. } = document_use;
    let one = format!("{label} · {} #{}", execution.name, execution.number);
    if *versions > 1 { format!("{one} ({versions} outputs)") } else { one }
}

/// The steps that read a document, each a link to the lineage of what it made.
#[component]
pub fn UsesList(
    workspace: WorkspaceId,
    /// The uses to list; there must be at least one.
    uses: DocumentUses,
) -> impl IntoView {
    let shown = i64::try_from(uses.newest.len()).unwrap_or(i64::MAX);
    let row = |of: DocumentUse| {
        let href = routes::lineage(workspace, Subject::Artifact(of.artifact));
        let name = use_title(&of);
        view! {
            <li dir="auto" translate="no">
                <a class="link" href=href>
                    {name}
                </a>
            </li>
        }
    };
    let more = u64::try_from(uses.all - shown).unwrap_or_default();
    let more = (more > 0).then(|| view! { <li class="subtle">{format!("and {more} more")}</li> });
    view! { <ul class="document-uses small">{uses.newest.into_iter().map(row).collect_view()} {more}</ul> }
}

/// The section with the uses on the document's page; not shown where there is none.
#[component]
pub(super) fn Uses(workspace: WorkspaceId, uses: DocumentUses) -> impl IntoView {
    (uses.all > 0).then(|| {
        view! {
            <section class="files" aria-labelledby="uses-title">
                <h2 class="attachments__title" id="uses-title">
                    "Used in"
                </h2>
                <UsesList workspace=workspace uses=uses />
            </section>
        }
    })
}

/// The note, in the dialog that deletes a document, on what was made with it.
#[component]
pub(super) fn LeftBehind(workspace: WorkspaceId, uses: DocumentUses) -> impl IntoView {
    (uses.all > 0).then(|| {
        let steps = pluralize(uses.all.unsigned_abs(), "step", "steps");
        let words = format!(
            "{steps} used this document. Their outputs and its title stay, but those runs can't be run again with the same values."
        );
        view! {
            <div class="removal-uses">
                <p>{words}</p>
                <UsesList workspace=workspace uses=uses />
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_that_made_several_versions_says_how_many() {
        let of = |versions: i64| -> DocumentUse {
            let id = "0193cccc-0000-7000-8000-000000000001";
            serde_json::from_value(json!({
                "execution": { "id": id, "number": 12, "name": "Spring", "status": "completed",
                               "node_id": "write" },
                "label": "Write headlines", "artifact": id, "versions": versions,
            }))
            .unwrap()
        };

        assert_eq!(use_title(&of(1)), "Write headlines · Spring #12");
        assert_eq!(use_title(&of(3)), "Write headlines · Spring #12 (3 outputs)");
    }
}
