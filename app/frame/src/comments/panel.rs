//! The panel with the threads about something, beside the page.

use api::comments::{add_comment, delete_comment, see_mentions};
use leptos::prelude::*;
use model::{
    comment::{CommentRow, CommentThread, NewComment, ThreadState, subject::CommentSubject},
    id::CommentId,
};
use ui::{
    button::{Button, ButtonSize, IconButton},
    dialog::RemovalDialog,
    failure::ErrorCard,
    icon::Icon,
    skeleton::{Skeleton, SkeletonShape},
};
use web::{client::signal::SetNew, realtime};

use super::{
    board::{Board, MOST, STEP},
    composer::Composer,
    shared::Comments,
    thread::Thread,
};
use crate::side_panel::SidePanel;

const PANEL: &str = "comments";

/// The threads, and the box for another one; Escape closes it.
#[component]
pub(super) fn CommentsPanel(
    comments: Comments,
    subject: Signal<CommentSubject>,
    about: Signal<String>,
    close: Callback<()>,
) -> impl IntoView {
    let board = Board::new(subject.get_untracked(), comments.reader);
    Effect::new(move || {
        comments.revision.track();
        board.state.track();
        board.wanted.track();
        board.refresh.run(());
    });
    tell_seen(board, comments);
    view! {
        <SidePanel id=PANEL class="under-way comments" labelled_by="comments-title" close=close>
            <div class="under-way__header">
                <h2 id="comments-title" class="comments__title">
                    "Comments "
                    <span class="muted" dir="auto" translate="no">
                        {move || about.get()}
                    </span>
                </h2>
                <IconButton icon=Icon::X label="Close" on_press=close />
            </div>
            <StateSwitch board=board />
            <div class="under-way__body">
                <Threads board=board />
            </div>
            <NewThread board=board comments=comments />
        </SidePanel>
        <Removal board=board />
    }
    .into_any()
}

/// Notes that what names the person has been seen, once a comment that does is shown.
fn tell_seen(board: Board, comments: Comments) {
    let see = realtime::load_one_at_a_time(move || async move {
        if let Some(subject) = board.subject.try_get_value() {
            // What is not noted now is noted with the next news.
            let _ = see_mentions(subject).await;
        }
    });
    let names = move |row: &CommentRow| row.mentions.iter().any(|one| one.id == board.person);
    let shows =
        move |all: &Vec<CommentThread>| all.iter().flat_map(|thread| &thread.comments).any(names);
    Effect::new(move || {
        let shown = board.threads.with(|threads| threads.as_ref().is_some_and(shows));
        if comments.unseen.get() > 0 && shown {
            see.run(());
        }
    });
}

/// The switch between what is open and what is resolved.
#[component]
fn StateSwitch(board: Board) -> impl IntoView {
    let button = move |one: ThreadState, word: &'static str| {
        let pressed = move || if board.state.get() == one { "true" } else { "false" };
        let choose = move |_| {
            if board.state.get_untracked() != one {
                board.threads.set(None);
                board.state.set(one);
            }
        };
        view! {
            <button type="button" class="segments__item" aria-pressed=pressed on:click=choose>
                {word}
            </button>
        }
    };
    view! {
        <div class="segments comments__switch" role="group" aria-label="Which comments">
            {button(ThreadState::Open, "Open")} {button(ThreadState::Resolved, "Resolved")}
        </div>
    }
}

#[component]
fn Threads(board: Board) -> impl IntoView {
    let keys = move || {
        let ids = |all: &Vec<CommentThread>| all.iter().map(|one| one.id).collect::<Vec<_>>();
        board.threads.with(|threads| threads.as_ref().map(ids).unwrap_or_default())
    };
    let waits = move || board.threads.read().is_none() && board.problem.read().is_none();
    let empty = Memo::new(move |_| board.threads.read().as_ref().is_some_and(Vec::is_empty));
    let nothing = move || match board.state.get() {
        ThreadState::Open => "No open comments. Everyone in the workspace can see what you write.",
        ThreadState::Resolved => "No resolved comments yet.",
    };
    let failed = move || {
        let retry = move |()| board.refresh.run(());
        board.problem.get().map(|problem| {
            let title = "Couldn't load comments";
            view! { <ErrorCard title=title problem=problem on_retry=retry /> }
        })
    };
    let more = move |()| board.wanted.update(|wanted| *wanted = (*wanted + STEP).min(MOST));
    view! {
        {failed}
        <Show when=waits>
            <Skeleton shape=SkeletonShape::Rows count=3 />
        </Show>
        <Show when=move || empty.get()>
            <p class="under-way__nothing muted">{nothing}</p>
        </Show>
        <ul class="comments__threads">
            <For each=keys key=|id| *id let:id>
                <Thread board=board id=id />
            </For>
        </ul>
        <Show when=move || board.has_more.get()>
            <div class="comments__more">
                <Button size=ButtonSize::Small on_press=more>
                    "Show more"
                </Button>
            </div>
        </Show>
    }
}

/// The box that begins a thread; what was begun in it is there again when the panel is opened.
#[component]
fn NewThread(board: Board, comments: Comments) -> impl IntoView {
    let begun = board.subject.with_value(|subject| comments.draft(subject));
    let keep = Callback::new(move |draft| {
        board.subject.try_with_value(|subject| comments.keep_draft(subject, draft));
    });
    let send = move |text: String| {
        let subject = board.subject.get_value();
        async move {
            let new = NewComment { subject: Some(subject), thread_id: None, text };
            add_comment(new).await.map(drop).map_err(|error| error.0)
        }
    };
    let sent = Callback::new(move |()| {
        board.state.set_new(ThreadState::Open);
        board.refresh.run(());
    });
    board.may_write.then(|| {
        view! {
            <div class="comments__new">
                <Composer
                    id="comments-new".to_owned()
                    label="New comment"
                    verb="Comment"
                    draft=begun
                    send=send
                    on_sent=sent
                    on_change=Some(keep)
                />
            </div>
        }
    })
}

#[component]
fn Removal(board: Board) -> impl IntoView {
    let delete =
        move |id: CommentId| async move { delete_comment(id).await.map_err(|error| error.0) };
    let done = move |_: CommentId| board.refresh.run(());
    view! {
        <RemovalDialog
            id="delete-comment"
            title="Delete this comment?"
            text="It is deleted for everyone and can't be restored. Replies stay."
            verb="Delete"
            doomed=board.doomed
            delete=delete
            on_done=done
        />
    }
}
