//! The end of the account.

use api::account::delete_account;
use frame::{layout::session::Session, sending::Sending};
use leptos::{ev::SubmitEvent, prelude::*};
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
                "Deletes your name, profile photo, tokens and sessions. What you made in shared workspaces stays, without your name. Workspaces where you are the only member are deleted with everything in them."
            </p>
            <footer class="settings__actions account__end">
                <Button look=ButtonLook::Danger on_press=move |()| open.set(true)>
                    "Delete account…"
                </Button>
            </footer>
        </Card>
        <Dialog id="delete-account" title="Delete your account?" open=open>
            {move || open.get().then(|| view! { <DeletionForm session=session open=open /> })}
        </Dialog>
    }
}

/// Asks for address and password; what is typed is gone from the page once the dialog is closed.
#[component]
fn DeletionForm(session: Session, open: RwSignal<bool>) -> impl IntoView {
    let [email, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let sending = Sending::default();
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        // Where it is done, the answer leads to another page.
        sending.send(delete_account(email.get_untracked(), password.get_untracked()), |()| ());
    };
    let label = Signal::derive(move || {
        session.watch(|view| format!("Enter your email to confirm: {}", view.email))
    });
    view! {
        <form class="form" novalidate="" on:submit=delete data-testid="deletion">
            <p class="muted">"This can't be undone."</p>
            <FormError error=sending.problem />
            <Left problem=sending.problem />
            <TextField
                name="deletion_email"
                label=label
                value=email
                error=sending.wrong("email")
                required=true
            />
            <PasswordField
                name="deletion_password"
                label="Your password"
                purpose=PasswordUse::Current
                value=password
                error=sending.wrong("password")
            />
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Danger role=ButtonRole::Submit busy=sending.busy>
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
