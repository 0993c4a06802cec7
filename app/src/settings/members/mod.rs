//! Who works in the workspace: the list with roles, invitations, and how members go.

mod departures;
mod filter;
mod invitations;
mod ownership;
mod password_link;
mod table;

use api::members::{load_invitations, load_members};
use frame::layout::{
    page_resource::{ResourceView, load_once},
    session::{Session, use_session},
};
use leptos::prelude::*;
use model::{
    access::Permission,
    api::{
        listing::{Page, PageRequest},
        members::MemberRow,
    },
};
use ui::{card::PageHeader, skeleton::SkeletonShape};
use web::settings_page::SettingsPage;

use self::{
    departures::{LeaveButton, Leaver, Removal},
    filter::{FilterBar, follow_address},
    invitations::{Invitations, InviteButton},
    ownership::Ownership,
    table::MemberTable,
};

/// The members of the workspace.
#[component]
pub fn MembersPage() -> impl IntoView {
    use_session().map(|session| view! { <Members session=session /> })
}

#[component]
fn Members(session: Session) -> impl IntoView {
    let filter = follow_address();
    let members =
        load_once(move || filter.get(), |filter| load_members(filter, PageRequest::default()));
    let manages = session.may(Permission::ManageMembers);
    let open = manages.then(|| load_once(|| (), |()| load_invitations(PageRequest::default())));
    let invited = move |()| {
        if let Some(open) = open {
            open.refetch();
        }
    };
    let leaver = Leaver::default();
    let actions = move || {
        view! {
            <LeaveButton session=session />
            {manages.then(|| view! { <InviteButton session=session on_done=invited /> })}
        }
    };
    let show = move |page: Page<MemberRow>| {
        let filter = filter.get_untracked();
        view! { <MemberTable session=session filter=filter page=page leaver=leaver /> }.into_any()
    };
    view! {
        <div class="page settings">
            <PageHeader
                title=SettingsPage::Members.title()
                lead="Invite people and set their roles. Each role includes everything the roles below it can do."
                actions=actions
            />
            <FilterBar workspace=session.workspace() filter=filter />
            <ResourceView
                page=members
                failure="Couldn't load members"
                shape=SkeletonShape::Rows
                count=5
                show=show
            />
            {open.map(|open| view! { <Invitations page=open /> })}
            {session
                .may(Permission::TransferWorkspace)
                .then(|| view! { <Ownership session=session /> })}
        </div>
        {manages.then(|| view! { <Removal leaver=leaver on_done=move |()| members.refetch() /> })}
    }
}
