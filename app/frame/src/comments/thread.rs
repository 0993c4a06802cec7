//! One thread: its comments, the reply, and whether it is resolved.

use api::comments::{add_comment, reopen_comments, resolve_comments};
use leptos::{prelude::*, task::spawn_local};
use model::{
    comment::{CommentThread, NewComment},
    id::{CommentId, CommentThreadId},
    problem::Problem,
};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook, ButtonSize},
    icon::Icon,
    relative_time::RelativeTime,
    toast::{ToastKind, use_toasts},
};
use web::client::focus::focus;

use super::{board::Board, composer::Composer, row::Comment, shared::Draft};

fn reply_id(thread: CommentThreadId) -> String {
    format!("reply-{thread}")
}

/// A thread of the panel; nothing where it is gone already.
#[component]
pub(super) fn Thread(board: Board, id: CommentThreadId) -> impl IntoView {
    let first = untrack(|| board.find(id));
    first.map(|first| {
        // While it leaves the panel it stays as it was.
        let thread = Memo::new(move |before: Option<&CommentThread>| {
            let now = board.find(id);
            now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        let step = move || {
            let step = thread.with(|thread| thread.step.clone());
            step.filter(|_| board.is_whole).map(|step| {
                view! { <Tag icon=Icon::Workflow>{step}</Tag> }
            })
        };
        let rows = move || thread.with(|thread| thread.comments.clone());
        view! {
            <li class="thread" data-testid="thread">
                {step}
                <ol class="thread__comments">
                    <For
                        each=rows
                        key=|row| (row.id, row.edited_at.map(|at| at.0))
                        children=move |row| view! { <Comment board=board row=row /> }
                    />
                </ol>
                <Foot board=board thread=thread />
            </li>
        }
    })
}

/// The reply and the button that resolves an open thread; who resolved one, and the way back.
#[component]
fn Foot(board: Board, thread: Memo<CommentThread>) -> impl IntoView {
    let (replying, busy) = (RwSignal::new(false), RwSignal::new(false));
    let id = thread.with_untracked(|thread| thread.id);
    let resolution = Memo::new(move |_| thread.with(|thread| thread.resolution.clone()));
    let toasts = use_toasts();
    let turn = move |()| {
        let first = thread.with_untracked(|thread| thread.comments.first().map(|row| row.id));
        let Some(first) = first.filter(|_| !busy.get_untracked()) else { return };
        let is_open = resolution.with_untracked(Option::is_none);
        busy.set(true);
        spawn_local(async move {
            if let Err(problem) = set_state(first, is_open).await {
                toasts.show(ToastKind::Failed, problem);
            }
            busy.try_set(false);
            board.refresh.try_run(());
        });
    };
    let reply = move |()| {
        replying.set(true);
        request_animation_frame(move || focus(&reply_id(id)));
    };
    let resolved = move || {
        resolution.get().map(|resolution| {
            let by = resolution.by.unwrap_or_else(|| "a deleted account".to_owned());
            view! {
                <p class="small muted">
                    {format!("Resolved by {by} ")} <RelativeTime at=resolution.at />
                </p>
            }
        })
    };
    let may_reply = move || board.may_write && resolution.read().is_none() && !replying.get();
    view! {
        <Show when=move || replying.get() && resolution.read().is_none()>
            <Reply board=board thread=id replying=replying />
        </Show>
        {resolved}
        <div class="thread__foot">
            <Show when=may_reply>
                <Button size=ButtonSize::Small look=ButtonLook::Ghost on_press=reply>
                    "Reply"
                </Button>
            </Show>
            {board
                .may_write
                .then(|| {
                    view! {
                        <Button
                            size=ButtonSize::Small
                            look=ButtonLook::Ghost
                            busy=busy
                            on_press=turn
                        >
                            {move || if resolution.read().is_none() { "Resolve" } else { "Reopen" }}
                        </Button>
                    }
                })}
        </div>
    }
}

/// Resolves the thread of a comment where it is open, else opens it again.
async fn set_state(comment: CommentId, is_open: bool) -> Result<(), Problem> {
    let answer =
        if is_open { resolve_comments(comment).await } else { reopen_comments(comment).await };
    answer.map(drop).map_err(|error| error.0)
}

#[component]
fn Reply(board: Board, thread: CommentThreadId, replying: RwSignal<bool>) -> impl IntoView {
    let send = move |text: String| async move {
        let new = NewComment { subject: None, thread_id: Some(thread), text };
        add_comment(new).await.map(drop).map_err(|error| error.0)
    };
    let done = Callback::new(move |()| {
        replying.set(false);
        board.refresh.run(());
    });
    let cancel = Callback::new(move |()| replying.set(false));
    view! {
        <Composer
            id=reply_id(thread)
            label="Reply"
            verb="Reply"
            draft=Draft::default()
            send=send
            on_sent=done
            on_cancel=Some(cancel)
        />
    }
}
