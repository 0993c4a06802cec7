//! The end of the account.

use api::account::delete_account;
use frame::layout::session::Session;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::problem::Problem;
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    card::Card,
    dialog::Dialog,
    failure::FormError,
    field::{PasswordField, PasswordUse, TextField},
};

/// Says what is deleted and what stays, with a button that asks once more.
#[component]
pub(super) fn DeletionCard(session: Session) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Card title="Delete your account">
            <p class="muted">
                "Your name, picture, tokens and sessions are deleted. What you made in workspaces with others stays, without your name. Workspaces in which you are alone are deleted with all they hold."
            </p>
            <footer class="settings__actions account__end">
                <Button look=ButtonLook::Danger on_press=move |()| open.set(true)>
                    "Delete account…"
                </Button>
            </footer>
        </Card>
        <Dialog id="delete-account" title="Delete your account?" open=open>
            <DeletionForm session=session open=open />
        </Dialog>
    }
}

#[component]
fn DeletionForm(session: Session, open: RwSignal<bool>) -> impl IntoView {
    let [email, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    Effect::new(move || {
        if open.get() {
            email.set(String::new());
            password.set(String::new());
            problem.set(None);
        }
    });
    let wrong = move |path: &'static str| {
        Signal::derive(move || problem.get().and_then(|error| error.field_message(path)))
    };
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        busy.set(true);
        let sent = delete_account(email.get_untracked(), password.get_untracked());
        spawn_local(async move {
            // Where it is done, the answer leads to another page.
            if let Err(error) = sent.await {
                problem.try_set(Some(error.0));
            }
            busy.try_set(false);
        });
    };
    let label = Signal::derive(move || {
        session.watch(|view| format!("Type the address of your account: {}", view.email))
    });
    view! {
        <form class="form" novalidate="" on:submit=delete data-testid="deletion">
            <p class="muted">"This cannot be undone."</p>
            <FormError error=problem />
            <Left problem=problem />
            <TextField
                name="deletion_email"
                label=label
                value=email
                error=wrong("email")
                required=true
            />
            <PasswordField
                name="deletion_password"
                label="Your password"
                purpose=PasswordUse::Current
                value=password
                error=wrong("password")
            />
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Danger role=ButtonRole::Submit busy=busy>
                    "Delete account"
                </Button>
            </footer>
        </form>
    }
}

/// The workspaces that would be left without an owner, and what helps.
#[component]
fn Left(problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let rows = move || {
        let errors = problem.get().map(|problem| problem.errors).unwrap_or_default();
        let left = errors.into_iter().filter(|error| error.path.as_deref() == Some("workspaces"));
        left.map(|error| view! { <li dir="auto">{error.message} " " {error.fix}</li> })
            .collect_view()
    };
    let any = move || {
        problem.with(|problem| {
            problem.as_ref().is_some_and(|problem| problem.field_message("workspaces").is_some())
        })
    };
    view! {
        <Show when=any>
            <ul class="account__left">{rows}</ul>
        </Show>
    }
}
