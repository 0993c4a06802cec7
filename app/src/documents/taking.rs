//! Taking a document along: into the clipboard, as a file, on paper.

use api::documents::load_writing;
use leptos::{prelude::*, task::spawn_local};
use model::{api::documents::ExportFormat, id::DocumentId, text::markdown::plain_paragraphs};
use ui::{
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
