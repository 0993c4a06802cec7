//! The end of the account.

use api::account::delete_account;
use frame::{
    dialog_form::{DialogForm, FormDialog},
    layout::session::Session,
    sending::Sending,
};
use leptos::prelude::*;
use model::problem::Problem;
use ui::{
    button::{Button, ButtonLook},
    card::Card,
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
        <FormDialog id="delete-account" title="Delete your account?" open=open>
            <DeletionForm session=session open=open />
        </FormDialog>
    }
}

/// Asks for address and password.
#[component]
fn DeletionForm(session: Session, open: RwSignal<bool>) -> impl IntoView {
    let [email, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let sending = Sending::default();
    let delete = move |()| {
        // Where it is done, the answer leads to another page.
        sending.send(delete_account(email.get_untracked(), password.get_untracked()), |()| ());
    };
    let label = Signal::derive(move || {
        session.watch(|view| format!("Enter your email to confirm: {}", view.email))
    });
    view! {
        <DialogForm
            open=open
            sending=sending
            on_submit=delete
            verb="Delete account"
            look=ButtonLook::Danger
            test_id="deletion"
        >
            <p class="muted">"This can't be undone."</p>
            <Left problem=sending.problem />
            <TextField name="deletion_email" label=label required=true
                value=email error=sending.wrong("email") />
            <PasswordField name="deletion_password" label="Your password"
                purpose=PasswordUse::Current value=password error=sending.wrong("password") />
        </DialogForm>
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
