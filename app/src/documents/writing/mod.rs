//! The editor of a document: the text beside its preview, saved while it is written.

mod chip;
mod conflict;
mod form;
mod preview;
mod saving;
mod toolbar;

use api::documents::{DocumentReading, load_writing};
use frame::layout::{
    address::{required, use_id},
    breadcrumb::{Breadcrumb, Crumb},
    error_page::NotFoundHere,
    page_resource::{ResourceView, load_once},
    session::use_session,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    access::Permission,
    document::{DocumentStatus, UNTITLED},
    id::{DocumentId, WorkspaceId},
    library::DocumentPage,
};
use ui::{
    button::{Button, ButtonLook},
    field::{Choice, LongTextField, SelectField, TextField},
    icon::Icon,
    skeleton::SkeletonShape,
    tabs::{Tab, TabPanel, Tabs},
};
use web::{client::focus::focus, routes};

use self::{
    chip::KeptChip,
    conflict::ConflictNotice,
    form::DocumentForm,
    preview::Preview,
    saving::use_saving,
    toolbar::{Toolbar, on_text_key},
};
use super::attachments::Attachments;

const TABS: [Tab; 2] =
    [Tab { key: "write", label: "Write" }, Tab { key: "read", label: "Preview" }];
/// The id of the field of the title.
const TITLE: &str = "document-title";
/// The id of the box with the text.
const TEXT: &str = "document-text";

/// The editor of the document in the address; not found for people who may not edit documents.
#[component]
pub fn WritingRoute() -> impl IntoView {
    let id = use_id::<DocumentId>("document");
    let load = |id: Option<DocumentId>| async move { load_writing(required(id)?).await };
    let document = load_once(move || id.get(), load);
    let session = use_session();
    let may = session.is_some_and(|session| session.may(Permission::EditDocument));
    let workspace = session.map(|session| session.workspace());
    let show = move |reading: DocumentReading| match workspace.filter(|_| may) {
        Some(workspace) => view! { <WritingPage workspace=workspace reading=reading /> }.into_any(),
        None => view! { <NotFoundHere /> }.into_any(),
    };
    view! {
        <div class="page document writing">
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

/// The name of a document with this title, which may be blank.
fn display_title(title: &str) -> String {
    let title = title.trim();
    if title.is_empty() { UNTITLED.to_owned() } else { title.to_owned() }
}

/// Focuses the title of a document that is new.
fn begin_at_title(page: &DocumentPage) {
    if page.title == UNTITLED && page.content.is_empty() {
        // By the next frame the field is on the page.
        Effect::new(|| request_animation_frame(|| focus(TITLE)));
    }
}

/// The editor of a document.
#[component]
fn WritingPage(workspace: WorkspaceId, reading: DocumentReading) -> impl IntoView {
    let DocumentReading { page, text, .. } = reading;
    let (id, project, images) = (page.id, page.project, page.images.clone());
    let form = DocumentForm::new(&page.writing());
    let saving = use_saving(&page, form);
    begin_at_title(&page);
    let name = Memo::new(move |_| form.title.with(|title| display_title(title)));
    let done = move |()| saving.finish(routes::document(workspace, id));
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link("Documents", routes::documents(workspace)),
            Crumb::link(name.get(), routes::document(workspace, id)).named(),
            Crumb::here("Edit"),
        ]
    });
    // The page may be left before its title is.
    let title = move || format!("Edit {}", name.try_get().unwrap_or_default());
    view! {
        <Title text=title />
        <Breadcrumb crumbs=crumbs />
        <header class="writing__head">
            <h1 class="unseen">"Edit document"</h1>
            <span class="spring"></span>
            <KeptChip saving=saving />
            <Button look=ButtonLook::Primary icon=Icon::Check on_press=done>
                "Done"
            </Button>
        </header>
        <ConflictNotice workspace=workspace saving=saving />
        <Facts form=form />
        <Panes form=form text=text />
        <Attachments document=id project=project images=images />
    }
}

/// Title, status and tags.
#[component]
fn Facts(form: DocumentForm) -> impl IntoView {
    let statuses: Vec<Choice> =
        DocumentStatus::ALL.map(|status| Choice::new(status.as_str(), status.label())).into();
    view! {
        <div class="writing__facts">
            <TextField name=TITLE label="Title" value=form.title />
            <SelectField
                name="document-status"
                label="Status"
                value=form.status
                options=statuses
            />
            <TextField
                name="document-tags"
                label="Tags"
                value=form.tags
                placeholder="launch, spring"
                help="Separate tags with commas."
            />
        </div>
    }
}

/// The text and its preview: side by side where there is room, else one at a time.
#[component]
fn Panes(form: DocumentForm, text: api::html::SafeHtml) -> impl IntoView {
    let tab = RwSignal::new("write");
    view! {
        <div class="writing__panes">
            <Tabs id="writing" label="Text" tabs=TABS.to_vec() selected=tab />
            <TabPanel id="writing" key="write" selected=tab>
                <div class="writing__text" on:keydown=move |event| on_text_key(TEXT, &event)>
                    <Toolbar text_box=TEXT />
                    <LongTextField
                        name=TEXT
                        label="Text"
                        value=form.content
                        help="Formatted with Markdown: # heading, **bold**, - list, [link](https://…)"
                        rows=20
                    />
                </div>
            </TabPanel>
            <TabPanel id="writing" key="read" selected=tab>
                <Preview content=form.content text=text />
            </TabPanel>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_without_a_title_is_called_so() {
        assert_eq!([display_title(" Tea "), display_title("  ")], ["Tea", "Untitled document"]);
    }
}
