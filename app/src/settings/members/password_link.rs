//! A link by which a member who has forgotten their password chooses a new one.

use api::password_links::make_password_link;
use leptos::{prelude::*, task::spawn_local};
use model::{api::account::NewPasswordLink, id::UserId, problem::Problem};
use ui::{
    button::{Button, ButtonLook, RowButton},
    copy::CopyButton,
    dialog::Dialog,
    failure::FormError,
    relative_time::LocalTime,
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
    user: UserId,
    /// The member's name.
    name: String,
) -> impl IntoView {
    let of = format!(" for {name}");
    let ask = move |()| links.ask(user, name.clone());
    view! { <RowButton verb="Password link" of=of look=ButtonLook::Ghost on_press=ask /> }
}

/// Says what the link does, makes it, and shows it this once: it is gone from the page once the
/// dialog is closed.
#[component]
pub(super) fn PasswordLinkDialog(links: PasswordLinks) -> impl IntoView {
    let title = Signal::derive(move || format!("Reset the password of {}?", links.name.get()));
    let shown = move || {
        let made = links.open.get().then(|| links.made.get()).flatten();
        made.map(|link| {
            let address = full_address(&link.path);
            view! {
                <div class="members__link" data-testid="password-link">
                    <span class="small">
                        "Works once and expires " <LocalTime at=link.expires_at />
                        ". Copy it now. You can't see it again."
                    </span>
                    <input
                        class="input"
                        readonly=true
                        aria-label="Password link"
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
                    "Anyone with this link can set a new password for this account, which ends all its sessions. Send it only to this member. Earlier links stop working."
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
                            "Create link"
                        </Button>
                    </Show>
                </footer>
            </div>
        </Dialog>
    }
}
