//! Inviting people: the dialog that asks whom, the links that are shown once, and the invitations that
//! nobody has accepted yet.

use api::{
    ApiError,
    members::{invite, load_invitations, renew_invitation, revoke_invitation},
};
use frame::{
    action::ActionButton,
    dialog_form::{DialogForm, FormDialog},
    form::Form,
    layout::{page_resource::ResourceView, pagination::Pagination, session::Session},
};
use leptos::prelude::*;
use model::{
    access::Role,
    api::{
        listing::{Page, PageRequest},
        members::{InvitationForm, InvitationRow, NewInvitation, split_addresses},
    },
    id::InvitationId,
    problem::Problem,
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonLook},
    card::Card,
    copy::CopyButton,
    field::{LongTextField, SelectField, choices},
    icon::Icon,
    relative_time::LocalTime,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::client::page::full_address;

/// The open invitations of the workspace; nothing where there are none.
#[component]
pub(super) fn Invitations(page: Resource<Result<Page<InvitationRow>, ApiError>>) -> impl IntoView {
    let show = |page: Page<InvitationRow>| view! { <InvitationList page=page /> }.into_any();
    view! {
        <ResourceView
            page=page
            failure="Couldn't load invitations"
            shape=SkeletonShape::Lines
            count=1
            show=show
        />
    }
}

/// What the rows of the list change.
#[derive(Clone, Copy)]
struct Open {
    list: Pagination<InvitationRow>,
    /// The new link of one, while it is shown.
    renewed: RwSignal<Option<NewInvitation>>,
    shown: RwSignal<bool>,
}

impl Open {
    fn show_renewed(self, row: InvitationId, new: NewInvitation) {
        self.list.rows.try_update(|rows| {
            for row in rows.iter_mut().filter(|one| one.id == row) {
                row.id = new.id;
                row.expires_at = new.expires_at;
                row.expired = false;
                row.mail_error = None;
            }
        });
        self.renewed.try_set(Some(new));
        self.shown.try_set(true);
    }
}

#[component]
fn InvitationList(page: Page<InvitationRow>) -> impl IntoView {
    let open = Open {
        list: Pagination::new(page),
        renewed: RwSignal::new(None),
        shown: RwSignal::new(false),
    };
    let more = move |()| open.list.load_more(PageRequest::default(), load_invitations);
    // Where all that are loaded have been revoked, there may be more to load.
    let any = move || !open.list.rows.read().is_empty() || open.list.next.read().is_some();
    let link = move || open.renewed.get().map(|new| view! { <MadeLinks made=vec![new] /> });
    view! {
        <Show when=any>
            <Card title="Open invitations">
                <ul class="members__invitations" data-testid="invitations">
                    <For each=move || open.list.rows.get() key=|row| row.id let:row>
                        <Invitation row=row open=open />
                    </For>
                </ul>
                <Show when=move || open.list.next.read().is_some()>
                    <Button busy=open.list.busy on_press=more>
                        "Show more"
                    </Button>
                </Show>
            </Card>
        </Show>
        <FormDialog id="renewed-invitation" title="New invitation link" open=open.shown>
            {link}
        </FormDialog>
    }
}

#[component]
fn Invitation(row: InvitationRow, open: Open) -> impl IntoView {
    let InvitationRow { id, email, role, invited_by, expires_at, expired, mail_error, .. } = row;
    let by = invited_by.map(|name| format!(", invited by {name}"));
    let until = if expired { "Since " } else { "Expires " };
    let of = format!(" for {email}");
    let (toasts, words) = (use_toasts(), format!("Revoked the invitation of {email}."));
    let revoked = move |()| {
        open.list.rows.try_update(|rows| rows.retain(|row| row.id != id));
        toasts.show(ToastKind::Done, words.clone());
    };
    view! {
        <li class="members__invitation">
            <span class="members__words">
                <span class="members__name" dir="auto">
                    {email}
                </span>
                <span class="subtle small" dir="auto">
                    {role.label()} {by}
                </span>
                <span class="subtle small num">
                    {expired.then(|| view! { <Tag tone=Tone::Warning>"Expired"</Tag> " " })} {until}
                    <LocalTime at=expires_at />
                </span>
                {mail_error
                    .map(|error| {
                        view! {
                            <span class="subtle small" dir="auto">
                                <Tag tone=Tone::Bad>"Email not delivered"</Tag>
                                " "
                                {error}
                            </span>
                        }
                    })}
            </span>
            <ActionButton
                verb="New link"
                of=of.clone()
                send=move || renew_invitation(id)
                done=move |new| open.show_renewed(id, new)
            />
            <ActionButton verb="Revoke" of=of send=move || revoke_invitation(id) done=revoked />
        </li>
    }
}

/// What is filled in.
#[derive(Clone)]
struct InvitationDraft {
    /// Separated by commas, blanks or new lines.
    emails: String,
    role: Role,
}

/// The button that opens the dialog; `on_done` is called when people were invited.
#[component]
pub(super) fn InviteButton(session: Session, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let form = Form::new(InvitationDraft { emails: String::new(), role: Role::Editor });
    // The invitations that were made; none while it is asked whom to invite.
    let (open, made) = (RwSignal::new(false), RwSignal::new(Vec::<NewInvitation>::new()));
    let ask = move |()| {
        form.value.update(|draft| draft.emails.clear());
        form.sending.problem.set(None);
        made.set(vec![]);
        open.set(true);
    };
    let send = Callback::new(move |()| {
        let InvitationDraft { emails, role } = form.filled();
        let wanted = InvitationForm { emails: split_addresses(&emails), role };
        form.sending.send(invite(wanted), move |links| {
            made.try_set(links);
            on_done.try_run(());
        });
    });
    // The links are gone from the page once the dialog is closed.
    let content = move || {
        let made = made.get();
        if made.is_empty() {
            view! { <InviteForm session=session form=form open=open send=send /> }.into_any()
        } else {
            view! {
                <MadeLinks made=made />
                <footer class="dialog__footer">
                    <Button look=ButtonLook::Primary on_press=move |()| open.set(false)>
                        "Done"
                    </Button>
                </footer>
            }
            .into_any()
        }
    };
    view! {
        <Button look=ButtonLook::Primary icon=Icon::Plus on_press=ask>
            "Invite people"
        </Button>
        <FormDialog id="invite" title="Invite people" open=open>
            {content}
        </FormDialog>
    }
}

#[component]
fn InviteForm(
    session: Session,
    form: Form<InvitationDraft>,
    open: RwSignal<bool>,
    send: Callback<()>,
) -> impl IntoView {
    let sending = form.sending;
    let wrong = Signal::derive(move || sending.problem.read().as_ref().and_then(wrong_addresses));
    let roles = choices(session.view().role.grantable(), Role::as_str, Role::label);
    let purpose = move || form.value.with(|draft| Some(draft.role.purpose().to_owned()));
    view! {
        <DialogForm open=open sending=sending on_submit=send verb="Create links">
            <LongTextField name="invite-emails" label="Email addresses" required=true
                value=form.text("emails", |draft| &mut draft.emails) error=wrong
                help="Separate several with commas, spaces or new lines."
                placeholder="ben@example.org, cleo@example.org" />
            <SelectField name="invite-role" label="Role" options=roles
                value=form.text("role", |draft| &mut draft.role)
                help=MaybeProp::derive(purpose) />
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

/// The links of invitations that were just made, shown this once: each with a button that copies it, and one that copies all of several.
#[component]
fn MadeLinks(made: Vec<NewInvitation>) -> impl IntoView {
    let links: Vec<(String, String)> =
        made.into_iter().map(|one| (one.email, full_address(&one.path))).collect();
    let lines: Vec<String> = links.iter().map(|(email, link)| format!("{email} {link}")).collect();
    let all = (lines.len() > 1).then(|| {
        let text = lines.join("\n");
        view! { <CopyButton text=text verb="Copy all" what="link" /> }
    });
    let rows = links.into_iter().map(|(email, link)| {
        let label = format!("Link for {email}");
        view! {
            <li class="members__link">
                <span class="small" dir="auto">
                    {email.clone()}
                </span>
                <input class="input" readonly=true aria-label=label value=link.clone() />
                <CopyButton text=link verb="Copy" what="link" of=email />
            </li>
        }
    });
    view! {
        <div class="stack" data-testid="made-links">
            <p>
                "Send each person their link. It works once, for seven days, and only with that address. Copy it now. You can't see it again."
            </p>
            <ul class="members__links">{rows.collect_view()}</ul>
            {all}
        </div>
    }
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
