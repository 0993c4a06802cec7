//! The invitations that nobody has accepted yet: each may be revoked, or given a new link.

use api::{
    ApiError,
    members::{load_invitations, renew_invitation, revoke_invitation},
};
use frame::layout::{page_resource::ResourceView, pagination::Pagination};
use leptos::{prelude::*, task::spawn_local};
use model::api::{
    listing::{Page, PageRequest},
    members::{InvitationRow, NewInvitation},
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonSize},
    card::Card,
    dialog::Dialog,
    relative_time::LocalTime,
    skeleton::SkeletonShape,
    toast::{ToastKind, Toasts, use_toasts},
};

use super::made_links::MadeLinks;

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

/// What is done with the invitations of the list.
#[derive(Clone, Copy)]
struct Open {
    list: Pagination<InvitationRow>,
    /// The new link of one, while it is shown.
    renewed: RwSignal<Option<NewInvitation>>,
    shown: RwSignal<bool>,
    toasts: Toasts,
}

impl Open {
    fn revoke(self, row: &InvitationRow) {
        let (id, email) = (row.id, row.email.clone());
        spawn_local(async move {
            match revoke_invitation(id).await {
                Ok(()) => {
                    self.list.rows.try_update(|rows| rows.retain(|row| row.id != id));
                    let words = format!("Revoked the invitation of {email}.");
                    self.toasts.show(ToastKind::Done, words);
                }
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem),
            }
        });
    }

    fn renew(self, row: &InvitationRow) {
        let id = row.id;
        spawn_local(async move {
            match renew_invitation(id).await {
                Ok(new) => {
                    self.list.rows.try_update(|rows| {
                        for row in rows.iter_mut().filter(|row| row.id == id) {
                            row.id = new.id;
                            row.expires_at = new.expires_at;
                            row.expired = false;
                            row.mail_error = None;
                        }
                    });
                    self.renewed.try_set(Some(new));
                    self.shown.try_set(true);
                }
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem),
            }
        });
    }
}

#[component]
fn InvitationList(page: Page<InvitationRow>) -> impl IntoView {
    let open = Open {
        list: Pagination::new(page),
        renewed: RwSignal::new(None),
        shown: RwSignal::new(false),
        toasts: use_toasts(),
    };
    let more = move |()| open.list.load_more(PageRequest::default(), load_invitations);
    // Where all that are loaded have been revoked, there may be more to load.
    let any = move || !open.list.rows.read().is_empty() || open.list.next.read().is_some();
    // The link is gone from the page once the dialog is closed.
    let link = move || {
        let made = open.shown.get().then(|| open.renewed.get()).flatten();
        made.map(|new| view! { <MadeLinks made=vec![new] /> })
    };
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
        <Dialog id="renewed-invitation" title="New invitation link" open=open.shown>
            {link}
        </Dialog>
    }
}

#[component]
fn Invitation(row: InvitationRow, open: Open) -> impl IntoView {
    let by = row.invited_by.clone().map(|name| format!(", invited by {name}"));
    let (until, expired) = if row.expired { ("Since ", true) } else { ("Expires ", false) };
    let expires_at = row.expires_at;
    let mail_error = row.mail_error.clone();
    let of = format!(" for {}", row.email);
    let of_renewed = of.clone();
    let role = row.role.label();
    let email = row.email.clone();
    let (renewed, revoked) = (row.clone(), row);
    view! {
        <li class="members__invitation">
            <span class="members__words">
                <span class="members__name" dir="auto">
                    {email}
                </span>
                <span class="subtle small" dir="auto">
                    {role} {by}
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
            <Button size=ButtonSize::Small on_press=move |()| open.renew(&renewed)>
                "New link" <span class="unseen">{of_renewed}</span>
            </Button>
            <Button size=ButtonSize::Small on_press=move |()| open.revoke(&revoked)>
                "Revoke" <span class="unseen">{of}</span>
            </Button>
        </li>
    }
}
