//! Toasts: short messages at the bottom of the page, announced by screen readers. They go after six
//! seconds unless the pointer or the focus is on them; those about failures stay. What lies outside
//! of a modal dialog is under its veil and cannot be pressed, so the dialog on top shows them itself.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use model::problem::Problem;

use super::{
    button::{Button, ButtonSize, IconButton},
    failure::sign_in_after,
    icon::{Glyph, Icon},
};

const LIFETIME_MS: u32 = 6_000;

/// The kind of a toast: its icon and how long it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// Something was done.
    Done,
    /// Something to know.
    Info,
    /// Something did not work; stays until dismissed.
    Failed,
}

impl ToastKind {
    fn icon(self) -> Icon {
        match self {
            Self::Done => Icon::CircleCheck,
            Self::Info => Icon::Info,
            Self::Failed => Icon::CircleAlert,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Info => "info",
            Self::Failed => "failed",
        }
    }
}

/// What a toast says.
#[derive(Debug, Clone)]
pub struct ToastText {
    text: String,
    /// The problem that it tells of, if any.
    problem: Option<Problem>,
}

impl ToastText {
    pub fn about(problem: Problem, text: String) -> Self {
        Self { text, problem: Some(problem) }
    }
}

impl From<Problem> for ToastText {
    /// The problem in its own words.
    fn from(problem: Problem) -> Self {
        Self { text: problem.detail.clone(), problem: Some(problem) }
    }
}

impl From<String> for ToastText {
    fn from(text: String) -> Self {
        Self { text, problem: None }
    }
}

impl From<&str> for ToastText {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

#[derive(Debug, Clone)]
struct Toast {
    id: u64,
    kind: ToastKind,
    says: ToastText,
    offer: Option<Offer>,
}

/// The button of a toast.
#[derive(Debug, Clone)]
struct Offer {
    verb: &'static str,
    on_press: Callback<()>,
}

/// The page's toasts; get them with [`use_toasts`].
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
    /// The modal dialogs that are open, the one on top last.
    dialogs: RwSignal<Vec<u64>>,
}

impl Toasts {
    /// Shows `text` until it is dismissed or its time is over; a toast of the same text is
    /// replaced.
    pub fn show(self, kind: ToastKind, text: impl Into<ToastText>) {
        self.push(kind, text.into(), None);
    }

    /// Shows `text` with one button, which also dismisses it.
    pub fn offer(
        self,
        kind: ToastKind,
        text: impl Into<ToastText>,
        verb: &'static str,
        on_press: impl Fn(()) + Send + Sync + 'static,
    ) {
        let on_press = Callback::new(on_press);
        self.push(kind, text.into(), Some(Offer { verb, on_press }));
    }

    fn next_id(self) -> u64 {
        let take = |next: &mut u64| {
            *next += 1;
            *next
        };
        self.next.try_update_value(take).unwrap_or_default()
    }

    fn push(self, kind: ToastKind, says: ToastText, offer: Option<Offer>) {
        let id = self.next_id();
        self.list.update(|list| {
            // A toast of the same text is shown once, and announced again.
            list.retain(|toast| toast.says.text != says.text);
            list.push(Toast { id, kind, says, offer });
        });
    }

    /// Removes the toast of this text, because it no longer holds.
    pub fn withdraw(self, text: &str) {
        self.list.try_update(|list| list.retain(|toast| toast.says.text != text));
    }

    /// Removes the toasts about problems of this code, because nothing is wrong any more.
    pub fn withdraw_problem(self, code: &str) {
        let is_about = |toast: &Toast| toast.says.problem.as_ref().is_some_and(|p| p.code == code);
        self.list.try_update(|list| list.retain(|toast| !is_about(toast)));
    }

    fn dismiss(self, id: u64) {
        self.list.try_update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Makes the page's toasts available below; call once, in the app.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        list: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
        dialogs: RwSignal::new(Vec::new()),
    };
    provide_context(toasts);
    toasts
}

/// The page's toasts; outside the app, toasts that nobody sees.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(provide_toasts)
}

/// The place where toasts appear while no modal dialog is open; once per page.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    let shown = move || if toasts.dialogs.read().is_empty() { toasts.list.get() } else { vec![] };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=shown key=|toast| toast.id let:toast>
                <ToastCard toast=toast />
            </For>
        </div>
    }
    .into_any()
}

/// The place where toasts appear while this modal dialog is on top; the last element of the dialog.
#[component]
pub fn DialogToasts(
    /// Whether the dialog is open.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    let toasts = use_toasts();
    let id = toasts.next_id();
    // A list has a dialog for each of its rows: those that stay closed are no news to the others.
    let leave = move |dialogs: &mut Vec<u64>| {
        let before = dialogs.len();
        dialogs.retain(|one| *one != id);
        dialogs.len() < before
    };
    Effect::new(move || {
        let open = open.get();
        toasts.dialogs.maybe_update(|dialogs| {
            let left = leave(dialogs);
            if open {
                dialogs.push(id);
            }
            left || open
        });
    });
    on_cleanup(move || {
        toasts.dialogs.try_maybe_update(|dialogs| (leave(dialogs), ()));
    });
    let on_top = Memo::new(move |_| toasts.dialogs.read().last() == Some(&id));
    let shown = move || if on_top.get() { toasts.list.get() } else { vec![] };
    let role = move || (on_top.get() && !toasts.list.read().is_empty()).then_some("status");
    view! {
        <div class="toasts" role=role aria-live="polite">
            <For each=shown key=|toast| toast.id let:toast>
                <ToastCard toast=toast />
            </For>
        </div>
    }
    .into_any()
}

#[component]
fn ToastCard(toast: Toast) -> impl IntoView {
    let toasts = use_toasts();
    let id = toast.id;
    let timer = StoredValue::new_local(None::<Timeout>);
    let start = move || {
        let timeout = (toast.kind != ToastKind::Failed)
            .then(|| Timeout::new(LIFETIME_MS, move || toasts.dismiss(id)));
        timer.set_value(timeout);
    };
    let pause = move || timer.set_value(None);
    Effect::new(start);
    let door = toast.says.problem.as_ref().and_then(sign_in_after);
    view! {
        <div
            class="toast"
            data-state=toast.kind.key()
            on:mouseenter=move |_| pause()
            on:mouseleave=move |_| start()
            on:focusin=move |_| pause()
            on:focusout=move |_| start()
        >
            <Glyph icon=toast.kind.icon() size=18 />
            <p>{toast.says.text} {door}</p>
            {toast
                .offer
                .map(|offer| {
                    let press = move |()| {
                        toasts.dismiss(id);
                        offer.on_press.run(());
                    };
                    view! {
                        <Button size=ButtonSize::Small on_press=press>
                            {offer.verb}
                        </Button>
                    }
                })}
            <IconButton icon=Icon::X label="Dismiss" on_press=move |()| toasts.dismiss(id) />
        </div>
    }
    .into_any()
}
