//! The switch by which a template may be launched or not.

use api::{ApiError, templates::set_template_enabled};
use frame::layout::session::use_session;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{
    access::Permission,
    api::templates::{Disabled, EnabledChange},
    id::TemplateId,
    problem::Problem,
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
    let (reason, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let refused = RwSignal::new(None::<Problem>);
    Effect::new(move || {
        if open.get() {
            refused.set(None);
        }
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let change = EnabledChange { enabled: false, reason: reason.get_untracked() };
        spawn_local(async move {
            match set_template_enabled(template, change).await {
                Ok(state) => {
                    open.try_set(false);
                    reason.try_set(String::new());
                    disabled.try_set(state.disabled);
                }
                Err(ApiError(problem)) => {
                    let why = problem.field_message("reason");
                    let detail = why.unwrap_or_else(|| problem.detail.clone());
                    refused.try_set(Some(Problem { detail, ..problem }));
                }
            }
            busy.try_set(false);
        });
    };
    let (error, signed_out) = field_refusal(refused);
    view! {
        <Dialog id="switch-off" title="Switch this workflow off" open=open>
            <form class="form" novalidate="" on:submit=send>
                <p>
                    "Until you switch it on again, nobody can launch it: not by hand, not over the API, \
                     not from another workflow. Runs in progress continue."
                </p>
                <LongTextField
                    name="switch-off-reason"
                    label="Reason"
                    value=reason
                    help="Everybody who looks at it or tries to launch it reads this."
                    error=error
                    signed_out=signed_out
                    required=true
                    max_length=500_usize
                    rows=2
                />
                <footer class="dialog__footer">
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                    <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=busy>
                        "Switch off"
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
