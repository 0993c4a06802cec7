//! The list of members: a table, or cards on a phone.

use api::{
    ApiError,
    members::{change_role, load_members},
};
use frame::layout::{pagination::Pagination, session::Session};
use leptos::{ev::Event, html, prelude::*, task::spawn_local};
use model::{
    access::{Permission, Role},
    api::{
        listing::{Page, PageRequest},
        members::{MemberFilter, MemberRow},
    },
    execution::state::ExecutionStatus,
    id::WorkspaceId,
};
use ui::{
    avatar::Avatar,
    badge::Tag,
    button::{Button, ButtonLook, RowButton},
    empty::EmptyState,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    table::Table,
    toast::{ToastKind, use_toasts},
};
use web::client::page::reload;

use super::{
    departures::Leaver,
    password_link::{PasswordLinkButton, PasswordLinkDialog, PasswordLinks},
};
use crate::executions::ListQuery;

/// The members that the filter admits, and a button that loads more of them.
#[component]
pub(super) fn MemberTable(
    session: Session,
    filter: MemberFilter,
    page: Page<MemberRow>,
    leaver: Leaver,
) -> impl IntoView {
    let pagination = Pagination::new(page);
    let asked = StoredValue::new(filter);
    let more = move |()| {
        pagination
            .load_more(PageRequest::default(), |request| load_members(asked.get_value(), request));
    };
    let manages = session.may(Permission::ManageMembers);
    let links = PasswordLinks::default();
    let mut columns = vec!["Name", "Role", "Last seen", "Active runs", "Joined"];
    columns.extend(manages.then_some(""));
    let count = move || pagination.count("member", "members");
    view! {
        <p class="subtle small num" role="status">{count}</p>
        <Show
            when=move || !pagination.rows.read().is_empty()
            fallback=|| {
                view! {
                    <EmptyState
                        icon=Icon::Search
                        title="No members match"
                        text="Change your search or the role."
                    />
                }
            }
        >
            <div class="history__table members__table">
                <Table caption="Members, newest first" columns=columns.clone()>
                    <For each=move || pagination.rows.get() key=|row| row.user_id let:row>
                        <Row session=session row=row leaver=leaver links=links />
                    </For>
                </Table>
            </div>
        </Show>
        <Show when=move || pagination.next.read().is_some()>
            <div class="row">
                <Button busy=pagination.busy on_press=more>
                    "Show more"
                </Button>
            </div>
        </Show>
        <PasswordLinkDialog links=links />
    }
}

/// A member. The roles of the cells are written out: as a card on a phone they would be lost.
#[component]
fn Row(session: Session, row: MemberRow, leaver: Leaver, links: PasswordLinks) -> impl IntoView {
    let own = session.view();
    let is_self = row.user_id == own.user_id;
    let manages = session.may(Permission::ManageMembers);
    let reaches = manages && row.role <= own.role;
    let seen = match row.last_seen_at {
        Some(at) => view! { <RelativeTime at=at /> }.into_any(),
        None => "Never".into_any(),
    };
    let role = if reaches {
        view! { <RoleSelect session=session row=row.clone() /> }.into_any()
    } else {
        row.role.label().into_any()
    };
    let (user, name) = (row.user_id, row.name.clone());
    let removes = reaches && !is_self;
    let remove = removes.then(|| {
        let of = format!(" {name}");
        let ask = move |()| leaver.ask(user, name.clone());
        view! {
            <PasswordLinkButton links=links user=user name=row.name.clone() />
            <RowButton verb="Remove" of=of look=ButtonLook::Ghost on_press=ask />
        }
    });
    view! {
        <tr role="row">
            <td role="cell" class="history__what">
                <span class="members__who">
                    <Avatar name=row.name.clone() picture=row.picture />
                    <span class="members__words">
                        <span class="members__name" dir="auto">
                            {row.name.clone()}
                        </span>
                        <span class="subtle small" dir="auto">
                            {row.email.clone()}
                        </span>
                    </span>
                    {is_self.then(|| view! { <Tag>"You"</Tag> })}
                </span>
            </td>
            <td role="cell" data-label="Role">
                {role}
            </td>
            <td role="cell" data-label="Last seen">
                {seen}
            </td>
            <td role="cell" class="num" data-label="Active runs">
                <UnderWay workspace=session.workspace() row=row.clone() />
            </td>
            <td role="cell" data-label="Joined">
                <RelativeTime at=row.joined_at />
            </td>
            {manages.then(|| view! { <td role="cell">{remove}</td> })}
        </tr>
    }
}

/// How many executions of a member are not over, and the way to them.
#[component]
fn UnderWay(workspace: WorkspaceId, row: MemberRow) -> impl IntoView {
    if row.executions_under_way == 0 {
        return "–".into_any();
    }
    let statuses = ExecutionStatus::ALL.iter().copied().filter(|status| !status.is_over());
    let query = ListQuery {
        statuses: statuses.collect(),
        person: row.user_id.to_string(),
        ..ListQuery::default()
    };
    view! {
        <a class="link" href=query.path(workspace)>
            {row.executions_under_way} <span class="unseen">{format!(" of {}", row.name)}</span>
        </a>
    }
    .into_any()
}

/// What a member is, to be changed at once.
#[component]
fn RoleSelect(session: Session, row: MemberRow) -> impl IntoView {
    let (toasts, own) = (use_toasts(), session.view());
    let (now, node) = (RwSignal::new(row.role), NodeRef::<html::Select>::new());
    let MemberRow { user_id: user, name, role: first, .. } = row;
    let label = format!("Role of {name}");
    let change = move |event: Event| {
        let Ok(wanted) = event_target_value(&event).parse::<Role>() else { return };
        let name = name.clone();
        let changing = change_role(user, wanted);
        spawn_local(async move {
            match changing.await {
                // With another role the pages are others.
                Ok(()) if user == own.user_id => reload(),
                Ok(()) => {
                    now.try_set(wanted);
                    toasts
                        .show(ToastKind::Done, format!("New role of {name}: {}.", wanted.label()));
                }
                Err(ApiError(problem)) => {
                    let before = now.try_get_untracked().unwrap_or(first);
                    if let Some(select) = node.try_get_untracked().flatten() {
                        select.set_value(before.as_str());
                    }
                    toasts.show(ToastKind::Failed, problem);
                }
            }
        });
    };
    let option = move |role: Role| {
        let selected = role == first;
        view! { <option value=role.as_str() selected=selected>{role.label()}</option> }
    };
    view! {
        <div class="select members__role">
            <select node_ref=node class="input" aria-label=label on:change=change>
                {own.role.grantable().map(option).collect_view()}
            </select>
            <Glyph icon=Icon::ChevronDown />
        </div>
    }
    .into_any()
}
