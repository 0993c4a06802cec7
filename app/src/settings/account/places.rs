//! Where the person is signed in, and ending it there.

use api::{
    ApiError,
    account::{revoke_other_sessions, revoke_session},
};
use frame::action::SentAction;
use leptos::prelude::*;
use model::{account::SignedInPlace, text::user_agent::browser_name};
use ui::{
    badge::{Tag, Tone},
    button::{Button, RowButton},
    card::Card,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    toast::{ToastKind, Toasts, use_toasts},
};

/// The sessions of the person, and how they are ended.
#[derive(Clone, Copy)]
struct Places {
    rows: RwSignal<Vec<SignedInPlace>>,
    ending: SentAction,
    toasts: Toasts,
}

impl Places {
    /// Ends sessions; what is left is the answer.
    fn end(
        self,
        ending: impl Future<Output = Result<Vec<SignedInPlace>, ApiError>> + 'static,
        done: &'static str,
    ) {
        self.ending.send(ending, move |left| {
            self.rows.try_set(left);
            self.toasts.show(ToastKind::Done, done);
        });
    }
}

/// Each browser in which the person is signed in, this one first.
#[component]
pub(super) fn PlacesCard(
    /// Where the person is signed in, both ways.
    places: RwSignal<Vec<SignedInPlace>>,
) -> impl IntoView {
    let places = Places { rows: places, ending: SentAction::default(), toasts: use_toasts() };
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
                    <Button icon=Icon::LogOut busy=places.ending.busy on_press=end_others>
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
        view! { <RowButton verb="Sign out" of=of on_press=end /> }.into_any()
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

/// "Firefox on Windows", by what the browser called itself; programs by their own name.
fn browser_words(user_agent: &str) -> String {
    match browser_name(user_agent) {
        name if name.is_empty() => "Another browser".to_owned(),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_with_its_system_and_a_program_by_its_own_name() {
        for (user_agent, words) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 HeadlessChrome/130.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Firefox on macOS",
            ),
            ("curl/8.5.0", "curl"),
            ("Mozilla/5.0", "Another browser"),
            ("", "Another browser"),
        ] {
            assert_eq!(browser_words(user_agent), words, "{user_agent}");
        }
    }
}
