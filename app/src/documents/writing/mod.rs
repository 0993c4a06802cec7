//! The editor of a document: the text beside its preview, saved while it is written.

mod saving;

use api::{
    documents::{
        DocumentReading, create_document, format_text, keep_document_version, load_writing,
    },
    html::SafeHtml,
};
use frame::{
    action::SentAction,
    formatted_text::FormattedText,
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        error_page::NotFoundHere,
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
    saved_chip::SavedChip,
};
use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_meta::Title;
use model::{
    access::Permission,
    api::documents::NewDocument,
    autosave::{Newer, Progress, Whose},
    document::{DocumentStatus, UNTITLED, Writing, beginning},
    id::{DocumentId, WorkspaceId},
    library::DocumentPage,
    problem::Problem,
    text::markdown::marks::{Mark, MarkedText},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    failure::sign_in_after,
    field::{Choice, LongTextField, SelectField, TextField},
    icon::Icon,
    skeleton::SkeletonShape,
    tabs::{Tab, TabPanel, Tabs},
    toast::{ToastKind, use_toasts},
};
use web::{
    client::{
        caret::{text_with_selection, type_over},
        focus::focus,
        keys::shortcut_key,
        own_until_cleanup,
        page::open_anew,
    },
    routes,
};

use super::attachments::Attachments;
use saving::{DocumentForm, Saving, use_saving};

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
            <SavedChip
                progress=Signal::derive(move || saving.with_progress(Progress::plain))
                offline="Your text is kept in this browser and saved when you are back online."
                on_press=move |()| saving.flush()
            />
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
fn Panes(form: DocumentForm, text: SafeHtml) -> impl IntoView {
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

/// While there is a conflict, shows the other text and the choice between both.
#[component]
fn ConflictNotice(workspace: WorkspaceId, saving: Saving) -> impl IntoView {
    let theirs = Memo::new(move |_| {
        saving.with_progress(|progress| match progress {
            Progress::Conflict(theirs) => Some((**theirs).clone()),
            _ => None,
        })
    });
    let notice = move || {
        theirs.get().map(|theirs| {
            view! { <ConflictChoice workspace=workspace saving=saving theirs=theirs /> }
        })
    };
    view! { <div role="alert">{notice}</div> }
}

#[component]
fn ConflictChoice(workspace: WorkspaceId, saving: Saving, theirs: Newer) -> impl IntoView {
    let (toasts, action) = (use_toasts(), SentAction::default());
    let busy = action.busy;
    let Writing { title, content, status, tags } = theirs.writing;
    let keep_mine = move |()| {
        // Their text stays as a version.
        action.send(keep_document_version(saving.document), move |_| saving.settle(Whose::Mine));
    };
    let take_theirs = move |()| saving.settle(Whose::Theirs);
    let copy_mine = move |()| {
        action.send(create_document(copy_of(saving.mine())), move |id| {
            let place = routes::document(workspace, id);
            let words = "Your text was saved as a new document.";
            toasts.offer(ToastKind::Done, words, "Open", move |()| open_anew(&place));
            saving.settle(Whose::Theirs);
        });
    };
    view! {
        <section class="writing__conflict card" aria-labelledby="conflict-title">
            <h2 id="conflict-title">"Someone else changed this document"</h2>
            <p>
                "You both changed the same part. Your text is still here, but not saved. "
                "If you keep yours, theirs stays in the versions. If you take theirs, yours is lost unless you save it as a copy."
            </p>
            <details>
                <summary>"Show their text"</summary>
                <p class="writing__theirs-title" dir="auto" translate="no">
                    {title}
                </p>
                <p class="small muted">{facts(status, &tags)}</p>
                <pre class="writing__theirs" dir="auto" tabindex="0">
                    {content}
                </pre>
            </details>
            <div class="writing__choice">
                <Button size=ButtonSize::Small busy=busy on_press=keep_mine>
                    "Keep mine"
                </Button>
                <Button size=ButtonSize::Small busy=busy on_press=take_theirs>
                    "Take theirs"
                </Button>
                <Button size=ButtonSize::Small busy=busy on_press=copy_mine>
                    "Save mine as a copy"
                </Button>
            </div>
        </section>
    }
}

/// The status and the tags as shown above the other text.
fn facts(status: DocumentStatus, tags: &[String]) -> String {
    match tags {
        [] => status.label().to_owned(),
        tags => format!("{} · {}", status.label(), tags.join(", ")),
    }
}

fn copy_of(mine: Writing) -> NewDocument {
    let Writing { title, content, status, tags } = mine;
    NewDocument { title: Some(format!("{title} (copy)")), content, status, tags, project_id: None }
}

/// The text is formatted when nothing has been typed for so long.
const PAUSE_MS: u32 = 250;

/// The text as formatted and cleaned by the server, of a long one the beginning. While it is behind
/// what has been typed it is marked as busy.
#[component]
fn Preview(content: RwSignal<String>, text: SafeHtml) -> impl IntoView {
    let html = RwSignal::new(text);
    let (behind, failure) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    // Answers may overtake each other: only the one to the latest request counts.
    let asked = StoredValue::new(0_u32);
    let begun = Memo::new(move |_| content.with(|text| beginning(text).to_owned()));
    let cut = Memo::new(move |_| content.with(|text| text.len() > begun.read().len()));
    let format = move || {
        asked.update_value(|count| *count = count.wrapping_add(1));
        let (question, text) = (asked.get_value(), begun.get_untracked());
        spawn_local(async move {
            let answer = format_text(text).await;
            if asked.try_get_value() != Some(question) {
                return;
            }
            match answer {
                Ok(formatted) => {
                    html.try_set(formatted);
                    behind.try_set(false);
                    failure.try_set(None);
                }
                Err(error) => drop(failure.try_set(Some(error.0))),
            }
        });
    };
    Effect::new(move |before: Option<()>| {
        begun.track();
        if before.is_some() {
            behind.set(true);
            own_until_cleanup(Timeout::new(PAUSE_MS, format));
        }
    });
    let why = move || {
        failure.get().map(|problem| {
            let door = sign_in_after(&problem);
            view! { "The preview is out of date. " {problem.detail} {door} }
        })
    };
    let shown = move || match html.get() {
        html if html.is_empty() => {
            view! { <p class="muted">"Nothing to preview yet."</p> }.into_any()
        }
        html => view! { <FormattedText html=html /> }.into_any(),
    };
    view! {
        <section
            class="writing__preview card"
            aria-label="Preview"
            tabindex="0"
            aria-busy=move || behind.get().to_string()
        >
            <p class="field__error" role="status">
                {why}
            </p>
            {shown}
            <Show when=move || cut.get()>
                <p class="writing__cut muted small">
                    "The preview shows the beginning of a long text. The document page shows all of it."
                </p>
            </Show>
        </section>
    }
}

/// A button of the toolbar.
struct Tool {
    mark: Mark,
    /// What is drawn on it.
    sign: &'static str,
    /// Its name, for screen readers and as a tooltip.
    name: &'static str,
}

static TOOLS: [Tool; 8] = [
    Tool { mark: Mark::Heading, sign: "H", name: "Heading" },
    Tool { mark: Mark::Bold, sign: "B", name: "Bold (Ctrl B)" },
    Tool { mark: Mark::Italic, sign: "I", name: "Italic (Ctrl I)" },
    Tool { mark: Mark::Link, sign: "Link", name: "Link" },
    Tool { mark: Mark::Bullets, sign: "• List", name: "Bulleted list" },
    Tool { mark: Mark::Numbers, sign: "1. List", name: "Numbered list" },
    Tool { mark: Mark::Quote, sign: "”", name: "Quote" },
    Tool { mark: Mark::Code, sign: "</>", name: "Code" },
];

/// Writes a mark around what is selected in the text box of this id, or takes it away.
fn write(text_box: &str, mark: Mark) {
    let Some((text, selected)) = text_with_selection(text_box) else { return };
    let MarkedText { replaced, by, selected } = mark.apply(&text, selected);
    type_over(text_box, replaced, &by, selected);
}

/// Writes bold and italics at their keys in the text box.
fn on_text_key(text_box: &str, event: &ev::KeyboardEvent) {
    let command = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
    let mark = match shortcut_key(event).as_str() {
        "b" => Mark::Bold,
        "i" => Mark::Italic,
        _ => return,
    };
    if command {
        event.prevent_default();
        event.stop_propagation();
        write(text_box, mark);
    }
}

/// The id of a button.
fn tool_id(place: usize) -> String {
    format!("format-{place}")
}

/// The button that an arrow key leads to; none for another key.
fn neighbour(key: &str, place: usize) -> Option<usize> {
    let last = TOOLS.len() - 1;
    match key {
        "ArrowRight" => Some(if place == last { 0 } else { place + 1 }),
        "ArrowLeft" => Some(place.checked_sub(1).unwrap_or(last)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// The buttons. Tab reaches one of them, arrow keys the others.
#[component]
fn Toolbar(
    /// The id of the box with the text.
    text_box: &'static str,
) -> impl IntoView {
    let reached = RwSignal::new(0_usize);
    let button = move |(place, tool): (usize, &'static Tool)| {
        let on_key = move |event: ev::KeyboardEvent| {
            if let Some(next) = neighbour(&event.key(), place) {
                event.prevent_default();
                reached.set(next);
                focus(&tool_id(next));
            }
        };
        view! {
            <button
                type="button"
                class="writing__tool"
                id=tool_id(place)
                data-sign=tool.sign
                aria-label=tool.name
                data-tip=tool.name
                tabindex=move || if reached.get() == place { "0" } else { "-1" }
                on:keydown=on_key
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| {
                    reached.set(place);
                    write(text_box, tool.mark);
                }
            >
                <span aria-hidden="true">{tool.sign}</span>
            </button>
        }
    };
    view! {
        <div class="writing__tools" role="toolbar" aria-label="Formatting" aria-controls=text_box>
            {TOOLS.iter().enumerate().map(button).collect_view()}
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

#[cfg(test)]
mod toolbar_tests {
    use super::*;

    #[test]
    fn arrow_keys_lead_around_the_buttons() {
        let last = TOOLS.len() - 1;

        assert_eq!(
            [neighbour("ArrowRight", last), neighbour("ArrowLeft", 0)],
            [Some(0), Some(last)]
        );
        assert_eq!([neighbour("End", 2), neighbour("a", 2)], [Some(last), None]);
    }
}
