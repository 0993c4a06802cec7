//! One comment of a thread.

use api::comments::change_comment;
use leptos::prelude::*;
use model::{
    comment::{CommentChange, CommentRow, mention::to_draft},
    id::CommentId,
};
use ui::{
    avatar::Avatar,
    badge::{Tag, Tone},
    button::IconButton,
    format::minute_and_utc,
    icon::Icon,
    markdown::{MarkdownText, Setting},
    relative_time::RelativeTime,
};
use web::client::{clock::use_zone, focus::focus};

use super::{board::Board, composer::Composer, shared::Draft};

/// The name of who has deleted their account.
const NOBODY: &str = "Deleted account";

fn box_id(comment: CommentId) -> String {
    format!("comment-{comment}")
}

/// A comment: who said it and when, what it says, and what the person may do to it.
#[component]
pub(super) fn Comment(board: Board, row: CommentRow) -> impl IntoView {
    let editing = RwSignal::new(false);
    let row = StoredValue::new(row);
    let text = row.with_value(CommentRow::to_markdown);
    let shown = move || {
        if editing.get() {
            let (text, people) = row.with_value(|row| to_draft(&row.text));
            let draft = Draft { text, people };
            view! { <Edit board=board row=row draft=draft editing=editing /> }.into_any()
        } else {
            view! {
                <div class="comment__text">
                    <MarkdownText text=text.clone() setting=Setting::Below(3) />
                </div>
            }
            .into_any()
        }
    };
    view! {
        <li class="comment" data-testid="comment">
            <Head board=board row=row editing=editing />
            {shown}
        </li>
    }
}

/// Who said it, when, and the buttons.
#[component]
fn Head(board: Board, row: StoredValue<CommentRow>, editing: RwSignal<bool>) -> impl IntoView {
    let own = row.with_value(|row| row.is_by(board.person));
    let named = row.with_value(|row| row.mentions.iter().any(|person| person.id == board.person));
    let (id, at, edited) = row.with_value(|row| (row.id, row.created_at, row.edited_at));
    let (name, picture) = row.with_value(|row| match &row.author {
        Some(author) => (author.name.clone(), author.picture),
        None => (NOBODY.to_owned(), None),
    });
    let zone = use_zone();
    let edited = edited.map(|at| {
        view! {
            <span class="subtle small" title=move || minute_and_utc(at, zone.get())>
                "edited"
            </span>
        }
    });
    let edit = move |()| {
        editing.set(true);
        request_animation_frame(move || focus(&box_id(id)));
    };
    view! {
        <div class="comment__head">
            <Avatar name=name.clone() picture=picture />
            <span class="comment__author" dir="auto" translate="no">
                {name}
            </span>
            <span class="subtle small">
                <RelativeTime at=at />
            </span>
            {edited}
            {named.then(|| view! { <Tag tone=Tone::Accent>"Mentions you"</Tag> })}
            <span class="spring"></span>
            {(own && board.may_write)
                .then(|| {
                    view! { <IconButton icon=Icon::Pencil label="Edit comment" on_press=edit /> }
                })}
            {((own && board.may_write) || board.may_moderate)
                .then(|| {
                    let ask = move |()| board.doomed.set(Some(id));
                    view! {
                        <IconButton icon=Icon::Trash label="Delete comment" on_press=ask />
                    }
                })}
        </div>
    }
}

/// The box in place of what the comment says.
#[component]
fn Edit(
    board: Board,
    row: StoredValue<CommentRow>,
    draft: Draft,
    editing: RwSignal<bool>,
) -> impl IntoView {
    let id = row.with_value(|row| row.id);
    let send = move |text: String| async move {
        let change = CommentChange { text };
        change_comment(id, change).await.map(drop).map_err(|error| error.0)
    };
    let done = Callback::new(move |()| {
        editing.set(false);
        board.refresh.run(());
    });
    let cancel = Callback::new(move |()| editing.set(false));
    view! {
        <Composer
            id=box_id(id)
            label="Comment"
            verb="Save"
            draft=draft
            send=send
            on_sent=done
            on_cancel=Some(cancel)
        />
    }
}
