//! Whether a person wants to be told outside the page.

use leptos::{prelude::*, task::spawn_local};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    icon::Icon,
};
use web::client::notification::{self, Allowed};

use super::attention::use_attention;

/// Offers to tell when a review waits or an execution has ended. The browser is asked on the click
/// only, and only when it was never asked.
#[component]
pub(super) fn Notices() -> impl IntoView {
    let allowed = RwSignal::new(notification::current_permission());
    let desired = use_attention().map(|attention| attention.desired);
    let on = Memo::new(move |_| {
        allowed.get() == Allowed::Yes && desired.is_some_and(super::notify::Desired::get)
    });
    let choose = move |()| {
        let Some(desired) = desired else { return };
        if on.get_untracked() {
            desired.choose(false);
            return;
        }
        spawn_local(async move {
            let answer = match notification::current_permission() {
                Allowed::Unasked => notification::ask().await,
                answer => answer,
            };
            allowed.try_set(answer);
            desired.choose(answer == Allowed::Yes);
        });
    };
    let words = move || match (allowed.get(), on.get()) {
        (Allowed::No, _) => "Your browser blocks notifications from this site.",
        (_, true) => "You're notified about reviews, mentions, and finished runs.",
        _ => "Get notified about reviews, mentions, and finished runs.",
    };
    view! {
        <footer class="under-way__notices">
            <p class="small muted">{words}</p>
            <Show when=move || allowed.get() != Allowed::No>
                <Button
                    size=ButtonSize::Small
                    look=ButtonLook::Plain
                    icon=Icon::Bell
                    on_press=choose
                >
                    {move || if on.get() { "Turn off notifications" } else { "Turn on notifications" }}
                </Button>
            </Show>
        </footer>
    }
}
