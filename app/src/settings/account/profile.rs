//! What others see of the person: name and picture.

use api::account::rename_account;
use frame::{layout::session::Session, sending::Sending};
use leptos::{ev::SubmitEvent, prelude::*};
use ui::{
    button::{Button, ButtonRole},
    card::Card,
    failure::FormError,
    field::{TextField, TextKind},
    toast::{ToastKind, use_toasts},
};

use super::picture::PictureField;

/// Name and picture.
#[component]
pub(super) fn ProfileCard(session: Session) -> impl IntoView {
    let name = RwSignal::new(session.view().user_name);
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked();
        sending.send(rename_account(wanted.clone()), move |()| {
            let kept = wanted.trim().to_owned();
            name.try_set(kept.clone());
            session.update(|view| view.user_name = kept);
            toasts.show(ToastKind::Done, "Name saved.");
        });
    };
    view! {
        <Card title="Profile">
            <PictureField session=session />
            <form class="form" novalidate="" on:submit=save data-testid="profile">
                <FormError error=sending.problem />
                <TextField
                    name="account_name"
                    label="Name"
                    kind=TextKind::PersonName
                    value=name
                    error=sending.wrong("name")
                    help="Other members see it next to your work."
                    required=true
                />
                <footer class="settings__actions">
                    <Button role=ButtonRole::Submit busy=sending.busy>"Save name"</Button>
                </footer>
            </form>
        </Card>
    }
}
