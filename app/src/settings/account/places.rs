//! Where the person is signed in, and ending it there.

use api::{
    ApiError,
    account::{revoke_other_sessions, revoke_session},
};
use leptos::{prelude::*, task::spawn_local};
use model::account::SignedInPlace;
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonSize},
    card::Card,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    toast::{ToastKind, Toasts, use_toasts},
};

use super::browser::browser_words;

/// The sessions of the person, and how they are ended.
#[derive(Clone, Copy)]
struct Places {
    rows: RwSignal<Vec<SignedInPlace>>,
    busy: RwSignal<bool>,
    toasts: Toasts,
}

impl Places {
    /// Ends sessions; what is left is the answer.
    fn end(
        self,
        ending: impl Future<Output = Result<Vec<SignedInPlace>, ApiError>> + 'static,
        done: &'static str,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match ending.await {
                Ok(left) => {
                    self.rows.try_set(left);
                    self.toasts.show(ToastKind::Done, done);
                }
                Err(error) => self.toasts.show(ToastKind::Failed, error.0),
            }
            self.busy.try_set(false);
        });
    }
}

/// Each browser in which the person is signed in, this one first.
#[component]
pub(super) fn PlacesCard(
    /// Where the person is signed in, both ways.
    places: RwSignal<Vec<SignedInPlace>>,
) -> impl IntoView {
    let places = Places { rows: places, busy: RwSignal::new(false), toasts: use_toasts() };
    let rows = move || {
        let mut rows = places.rows.get();
        rows.sort_by_key(|row| !row.current);
        rows
    };
    let others = move || places.rows.read().iter().any(|row| !row.current);
    let end_others =
        move |()| places.end(revoke_other_sessions(), "Signed out of all other sessions.");
    view! {
        <Card title="Active sessions">
            <ul class="account__places" data-testid="places">
                <For each=rows key=|row| row.id let:row>
                    <Place row=row places=places />
                </For>
            </ul>
            <Show when=others>
                <footer class="settings__actions">
                    <Button icon=Icon::LogOut busy=places.busy on_press=end_others>
                        "Sign out of all other sessions"
                    </Button>
                </footer>
            </Show>
        </Card>
    }
}

#[component]
fn Place(row: SignedInPlace, places: Places) -> impl IntoView {
    let SignedInPlace { id, user_agent, created_at, last_seen_at, current } = row;
    let words = browser_words(&user_agent);
    let of = format!(" of {words}");
    let end = move |()| places.end(revoke_session(id), "Session ended.");
    let mark = if current {
        view! { <Tag tone=Tone::Good>"This session"</Tag> }.into_any()
    } else {
        view! {
            <Button size=ButtonSize::Small on_press=end>
                "Sign out" <span class="unseen">{of}</span>
            </Button>
        }
        .into_any()
    };
    view! {
        <li class="account__place">
            <Glyph icon=Icon::Monitor size=18 />
            <div class="account__place-words">
                <p>
                    <strong title=user_agent>{words}</strong>
                </p>
                <p class="muted small">
                    "Last seen " <RelativeTime at=last_seen_at /> ", signed in "
                    <RelativeTime at=created_at />
                </p>
            </div>
            {mark}
        </li>
    }
}
