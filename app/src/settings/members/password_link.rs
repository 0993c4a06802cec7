//! A link by which a member who has forgotten their password chooses a new one.

use api::account::make_password_link;
use leptos::{prelude::*, task::spawn_local};
use model::{api::account::NewPasswordLink, id::UserId, problem::Problem};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    copy::CopyButton,
    dialog::Dialog,
    failure::FormError,
    format::minute,
};
use web::client::page::full_address;

/// Whose link is asked for, and what has come of it.
#[derive(Clone, Copy, Default)]
pub(super) struct PasswordLinks {
    asked: RwSignal<Option<UserId>>,
    name: RwSignal<String>,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    refused: RwSignal<Option<Problem>>,
    made: RwSignal<Option<NewPasswordLink>>,
}

impl PasswordLinks {
    fn ask(self, user: UserId, name: String) {
        self.asked.set(Some(user));
        self.name.set(name);
        self.refused.set(None);
        self.made.set(None);
        self.open.set(true);
    }

    fn make(self) {
        let Some(user) = self.asked.get_untracked() else { return };
        self.refused.set(None);
        self.busy.set(true);
        spawn_local(async move {
            let answer = make_password_link(user).await;
            self.busy.try_set(false);
            // Meanwhile another member may be asked about.
            if self.asked.try_get_untracked().flatten() != Some(user) {
                return;
            }
            match answer {
                Ok(link) => drop(self.made.try_set(Some(link))),
                Err(error) => drop(self.refused.try_set(Some(error.0))),
            }
        });
    }
}

/// The button in the row of a member.
#[component]
pub(super) fn PasswordLinkButton(
    links: PasswordLinks,
    /// Whose password it is about.
    user: UserId,
    /// The member's name.
    name: String,
) -> impl IntoView {
    let of = format!(" for {name}");
    let ask = move |()| links.ask(user, name.clone());
    view! {
        <Button look=ButtonLook::Ghost size=ButtonSize::Small on_press=ask>
            "Password link" <span class="unseen">{of}</span>
        </Button>
    }
}

/// Says what the link does, makes it, and shows it this once: it is gone from the page once the
/// dialog is closed.
#[component]
pub(super) fn PasswordLinkDialog(links: PasswordLinks) -> impl IntoView {
    let title = Signal::derive(move || format!("A new password for {}?", links.name.get()));
    let shown = move || {
        let made = links.open.get().then(|| links.made.get()).flatten();
        made.map(|link| {
            let address = full_address(&link.path);
            let until =
                format!("It works once, until {}. It is shown only now.", minute(link.expires_at));
            view! {
                <div class="members__link" data-testid="password-link">
                    <span class="small">{until}</span>
                    <input
                        class="input"
                        readonly=true
                        aria-label="The link"
                        value=address.clone()
                    />
                    <CopyButton text=address verb="Copy" what="link" />
                </div>
            }
        })
    };
    view! {
        <Dialog id="password-link" title=title open=links.open>
            <div class="stack">
                <p class="muted">
                    "Whoever opens the link chooses the password of this account, and every session of it ends. Give it to nobody else. A link from before works no longer."
                </p>
                <FormError error=links.refused />
                {shown}
                <footer class="dialog__footer">
                    <Button on_press=move |()| links.open.set(false)>"Done"</Button>
                    <Show when=move || links.made.read().is_none()>
                        <Button
                            look=ButtonLook::Primary
                            busy=links.busy
                            on_press=move |()| links.make()
                        >
                            "Make a link"
                        </Button>
                    </Show>
                </footer>
            </div>
        </Dialog>
    }
}
