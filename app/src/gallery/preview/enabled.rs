//! The switch by which a template may be launched or not.

use api::templates::set_template_enabled;
use frame::{layout::session::use_session, sending::Sending};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{
    access::Permission,
    api::templates::{Disabled, EnabledChange},
    id::TemplateId,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    dialog::Dialog,
    failure::field_refusal,
    field::LongTextField,
    toast::{ToastKind, use_toasts},
};

/// The button that switches a template off, after asking why, or on; only for those who may publish
/// it.
#[component]
pub(super) fn EnabledSwitch(
    template: TemplateId,
    disabled: RwSignal<Option<Disabled>>,
) -> impl IntoView {
    let may = use_session().is_some_and(|session| session.may(Permission::PublishTemplate));
    let (asking, busy, toasts) = (RwSignal::new(false), RwSignal::new(false), use_toasts());
    let switch_on = move |()| {
        busy.set(true);
        spawn_local(async move {
            let change = EnabledChange { enabled: true, reason: String::new() };
            match set_template_enabled(template, change).await {
                Ok(state) => {
                    disabled.try_set(state.disabled);
                    toasts.show(ToastKind::Done, "Switched on.");
                }
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    let press = move |()| {
        if disabled.with_untracked(Option::is_some) { switch_on(()) } else { asking.set(true) }
    };
    may.then(|| {
        view! {
            <Button size=ButtonSize::Large busy=busy on_press=press>
                {move || if disabled.read().is_some() { "Switch on" } else { "Switch off" }}
            </Button>
            <ReasonDialog template=template disabled=disabled open=asking />
        }
    })
}

/// Asks why, and switches the template off.
#[component]
fn ReasonDialog(
    template: TemplateId,
    disabled: RwSignal<Option<Disabled>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (reason, sending) = (RwSignal::new(String::new()), Sending::default());
    Effect::new(move || {
        if open.get() {
            sending.problem.set(None);
        }
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let change = EnabledChange { enabled: false, reason: reason.get_untracked() };
        sending.send(set_template_enabled(template, change), move |state| {
            open.try_set(false);
            reason.try_set(String::new());
            disabled.try_set(state.disabled);
        });
    };
    let (detail, signed_out) = field_refusal(sending.problem);
    let wrong = sending.wrong("reason");
    let error = Signal::derive(move || wrong.get().or_else(|| detail.get()));
    view! {
        <Dialog id="switch-off" title="Switch this workflow off" open=open>
            <form class="form" novalidate="" on:submit=send>
                <p>
                    "Nobody can launch it until you switch it on again: not by hand, not over the API, \
                     not from another workflow. Runs in progress continue."
                </p>
                <LongTextField
                    name="switch-off-reason"
                    label="Reason"
                    value=reason
                    help="Shown to everyone who opens it or tries to launch it."
                    error=error
                    signed_out=signed_out
                    required=true
                    max_length=500_usize
                    rows=2
                />
                <footer class="dialog__footer">
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                    <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=sending.busy>
                        "Switch off"
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
