//! Inviting people: the button, and the dialog that asks whom and shows their links.

use api::members::invite;
use frame::{dialog_form::DialogForm, layout::session::Session, sending::Sending};
use leptos::prelude::*;
use model::{
    access::Role,
    api::members::{InvitationForm, NewInvitation, split_addresses},
    problem::Problem,
};
use ui::{
    button::{Button, ButtonLook},
    dialog::Dialog,
    field::{Choice, LongTextField, SelectField},
    icon::Icon,
};

use super::made_links::MadeLinks;

/// What is asked in the dialog, and what came of it.
#[derive(Clone, Copy)]
struct Inviting {
    open: RwSignal<bool>,
    emails: RwSignal<String>,
    role: RwSignal<String>,
    sending: Sending,
    /// The invitations that were made; none while it is asked whom to invite.
    made: RwSignal<Vec<NewInvitation>>,
}

impl Inviting {
    fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            emails: RwSignal::new(String::new()),
            role: RwSignal::new(Role::Editor.as_str().to_owned()),
            sending: Sending::default(),
            made: RwSignal::new(vec![]),
        }
    }

    fn ask(self) {
        self.emails.set(String::new());
        self.sending.problem.set(None);
        self.made.set(vec![]);
        self.open.set(true);
    }

    fn send(self, on_done: Callback<()>) {
        let Ok(role) = self.role.get_untracked().parse() else { return };
        let emails = split_addresses(&self.emails.read_untracked());
        self.sending.send(invite(InvitationForm { emails, role }), move |made| {
            self.made.try_set(made);
            on_done.try_run(());
        });
    }
}

/// The button that opens the dialog; `on_done` is called when people were invited.
#[component]
pub(super) fn InviteButton(session: Session, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let inviting = Inviting::new();
    // The links are gone from the page once the dialog is closed.
    let content = move || {
        let made = inviting.made.get();
        if made.is_empty() {
            view! { <InviteForm session=session inviting=inviting on_done=on_done /> }.into_any()
        } else {
            view! {
                <MadeLinks made=made />
                <footer class="dialog__footer">
                    <Button
                        look=ButtonLook::Primary
                        on_press=move |()| inviting.open.set(false)
                    >
                        "Done"
                    </Button>
                </footer>
            }
            .into_any()
        }
    };
    view! {
        <Button look=ButtonLook::Primary icon=Icon::Plus on_press=move |()| inviting.ask()>
            "Invite people"
        </Button>
        <Dialog id="invite" title="Invite people" open=inviting.open>
            {move || inviting.open.get().then(content)}
        </Dialog>
    }
}

#[component]
fn InviteForm(session: Session, inviting: Inviting, on_done: Callback<()>) -> impl IntoView {
    let sending = inviting.sending;
    let wrong = Signal::derive(move || sending.problem.read().as_ref().and_then(wrong_addresses));
    let roles = session.view().role.grantable();
    let roles: Vec<Choice> = roles.map(|role| Choice::new(role.as_str(), role.label())).collect();
    let purpose = move || inviting.role.read().parse::<Role>().ok().map(Role::purpose);
    let send = move |()| inviting.send(on_done);
    view! {
        <DialogForm open=inviting.open sending=sending on_submit=send verb="Create links">
            <LongTextField
                name="invite-emails"
                label="Email addresses"
                value=inviting.emails
                help="Separate several with commas, spaces or new lines."
                error=wrong
                required=true
                placeholder="ben@example.org, cleo@example.org"
            />
            <SelectField
                name="invite-role"
                label="Role"
                value=inviting.role
                options=Signal::stored(roles)
                help=MaybeProp::derive(move || purpose().map(str::to_owned))
                error=sending.wrong("role")
            />
        </DialogForm>
    }
}

/// What is wrong with the addresses, each of which the message names.
fn wrong_addresses(problem: &Problem) -> Option<String> {
    let about = |path: &str| path.split('[').next() == Some("emails");
    let errors = problem.errors.iter().filter(|error| error.path.as_deref().is_some_and(about));
    let words: Vec<&str> = errors.map(|error| error.message.as_str()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use model::problem::FieldProblem;

    use super::*;

    #[test]
    fn everything_that_is_wrong_with_the_addresses_stands_at_their_field() {
        let error = |path: &str, message: &str| FieldProblem::field("wrong", path, message);
        let errors =
            vec![error("emails[0]", "One."), error("role", "Two."), error("emails", "Three.")];

        let problem = Problem::invalid("No.", errors);

        assert_eq!(wrong_addresses(&problem).as_deref(), Some("One. Three."));
        assert_eq!(wrong_addresses(&Problem::internal()), None);
    }
}
