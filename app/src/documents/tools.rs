//! What can be done with a document: taken into the clipboard, as a file, on paper; put into another
//! project.

use api::{
    documents::load_writing,
    projects::{load_projects, move_document},
};
use frame::action::SentAction;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::documents::ExportFormat,
    id::{DocumentId, ProjectId},
    library::ProjectRow,
    text::markdown::plain_paragraphs,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
    field::{Choice, SelectField},
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    toast::{ToastKind, use_toasts},
};
use web::{client::clipboard::copy_text, routes};

/// The failure of a copy.
const BLOCKED: &str = "Your browser blocked copying. Export the document as plain text instead.";

/// What a menu's button looks like.
fn button(icon: Icon, word: &'static str) -> impl IntoView {
    view! {
        <span class="button">
            <Glyph icon=icon />
            <span class="button__label">{word}</span>
        </span>
    }
}

/// A menu that copies the whole document: its words, or its Markdown.
#[component]
pub(super) fn CopyMenu(document: DocumentId) -> impl IntoView {
    let (toasts, loaded) = (use_toasts(), RwSignal::new(None::<String>));
    // A browser copies only right after a press: the text is fetched when the menu opens.
    let load = move |_| {
        if loaded.with_untracked(Option::is_none) {
            spawn_local(async move {
                if let Ok(reading) = load_writing(document).await {
                    loaded.try_set(Some(reading.page.content));
                }
            });
        }
    };
    let copy = move |form: fn(&str) -> String| {
        spawn_local(async move {
            let text = match loaded.get_untracked() {
                Some(text) => Ok(text),
                None => load_writing(document).await.map(|reading| reading.page.content),
            };
            let copied = match text {
                Ok(text) => copy_text(&form(&text)).await,
                Err(error) => return toasts.show(ToastKind::Failed, error.0),
            };
            if copied {
                toasts.show(ToastKind::Done, "Copied.");
            } else {
                toasts.show(ToastKind::Failed, BLOCKED);
            }
        });
    };
    view! {
        <div on:click=load>
            <Menu label="Copy" trigger=|| button(Icon::Copy, "Copy")>
                <MenuAction icon=Icon::FileText on_press=move |()| copy(plain_paragraphs)>
                    "Copy text"
                </MenuAction>
                <MenuAction icon=Icon::Copy on_press=move |()| copy(str::to_owned)>
                    "Copy Markdown"
                </MenuAction>
            </Menu>
        </div>
    }
}

/// The document as a file, and as a page to print.
#[component]
pub(super) fn ExportMenu(document: DocumentId) -> impl IntoView {
    let place = move |format| routes::document_export(document, format);
    let file = move |format: ExportFormat, icon: Icon, words: &'static str| {
        view! {
            <a class="menu__item" href=place(format) rel="external" download="">
                <Glyph icon=icon />
                <span>{words}</span>
            </a>
        }
    };
    view! {
        <Menu label="Export" trigger=|| button(Icon::Download, "Export")>
            {file(ExportFormat::Docx, Icon::FileText, "Word (DOCX)")}
            {file(ExportFormat::Text, Icon::FileText, "Plain text (TXT)")}
            {file(ExportFormat::Markdown, Icon::Archive, "Markdown with images (ZIP)")}
            {file(ExportFormat::Html, Icon::Globe, "Web page (HTML)")}
            <a
                class="menu__item"
                href=place(ExportFormat::Print)
                target="_blank"
                rel="external noopener"
            >
                <Glyph icon=Icon::ExternalLink />
                <span>"Print or save as PDF"</span>
            </a>
        </Menu>
    }
}

/// The project of a document, and the project's name.
pub(super) type Kept = (ProjectId, String);

/// What the menu's item and its dialog share.
#[derive(Clone, Copy)]
pub(super) struct Moving {
    document: DocumentId,
    kept: RwSignal<Kept>,
    open: RwSignal<bool>,
    projects: RwSignal<Vec<ProjectRow>>,
    chosen: RwSignal<String>,
    action: SentAction,
}

impl Moving {
    pub(super) fn new(document: DocumentId, kept: RwSignal<Kept>) -> Self {
        Self {
            document,
            kept,
            open: RwSignal::new(false),
            projects: RwSignal::new(vec![]),
            chosen: RwSignal::new(String::new()),
            action: SentAction::default(),
        }
    }

    /// Opens the dialog once the projects are known.
    pub(super) fn ask(self) {
        self.chosen.set(self.kept.read_untracked().0.to_string());
        self.action.send(load_projects(), move |rows| {
            self.projects.try_set(rows.into_iter().filter(|row| !row.archived).collect());
            self.open.try_set(true);
        });
    }

    /// Moves the document into the project that is chosen.
    fn put(self) {
        let id = self.chosen.get_untracked();
        let rows = self.projects.get_untracked();
        let Some(project) = rows.into_iter().find(|row| row.id.to_string() == id) else { return };
        self.action.send(move_document(self.document, project.id), move |()| {
            self.kept.try_set((project.id, project.name));
            self.open.try_set(false);
        });
    }
}

/// The dialog in which the project is chosen.
#[component]
pub(super) fn MoveDialog(moving: Moving) -> impl IntoView {
    let Moving { open, projects, chosen, action, .. } = moving;
    let options = Signal::derive(move || {
        let rows = projects.read();
        rows.iter().map(|row| Choice::new(row.id.to_string(), row.name.clone())).collect::<Vec<_>>()
    });
    view! {
        <Dialog id="move-document" title="Move document" open=open>
            <SelectField
                name="destination"
                label="Project"
                value=chosen
                options=options
                help="Its images stay in their current project."
            />
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Primary busy=action.busy on_press=move |()| moving.put()>
                    "Move"
                </Button>
            </footer>
        </Dialog>
    }
}
