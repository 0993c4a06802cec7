//! The audit log: who did what to what, when and from where. The filter stands in the address.

mod audit_query;
mod line;

use api::admin::{load_audit, load_audit_people};
use frame::layout::{
    page_resource::{ResourceView, load_once},
    pagination::Pagination,
    session::use_session,
};
use leptos::{ev::SubmitEvent, prelude::*};
use model::{
    api::{
        audit::AuditRow,
        listing::{Page, PageRequest},
    },
    audit::AuditAction,
    id::WorkspaceId,
    pages::PersonName,
};
use ui::{
    button::{Button, ButtonRole, LinkButton},
    card::PageHeader,
    empty::EmptyState,
    field::Choice,
    icon::{Glyph, Icon},
    skeleton::SkeletonShape,
};
use web::settings_page::SettingsPage;

use self::{audit_query::AuditQuery, line::Line};
use crate::narrow::{Day, DayEnd, Narrow, use_in_place};

/// The audit log of the workspace, narrowed as the address says.
#[component]
pub fn AuditPage() -> impl IntoView {
    let people = load_once(|| (), |()| load_audit_people());
    let query = AuditQuery::from_address();
    let load = |query: AuditQuery| load_audit(query.filter(), PageRequest::default());
    let lines = load_once(move || query.get(), load);
    let workspace = use_session().map(|session| session.workspace());
    let file = move || {
        view! {
            <a class="button" href=move || query.read().file() download="audit.csv">
                <Glyph icon=Icon::Download />
                <span class="button__label">"Export CSV"</span>
            </a>
        }
    };
    let filters = move |people: Vec<PersonName>| {
        let bar = |workspace| view! { <Filters workspace=workspace query=query people=people /> };
        workspace.map(bar).into_any()
    };
    let show = move |page: Page<AuditRow>| {
        let query = query.get_untracked();
        let list = |workspace| view! { <Lines workspace=workspace query=query page=page /> };
        workspace.map(list).into_any()
    };
    view! {
        <div class="page page--narrow settings">
            <PageHeader
                title=SettingsPage::Audit.title()
                lead="Who did what, when and from where. Entries can't be changed or deleted. Each one is chained to the entry before it."
                actions=file
            />
            <ResourceView
                page=people
                failure="Couldn't load filters"
                shape=SkeletonShape::Lines
                count=1
                show=filters
            />
            <ResourceView
                page=lines
                failure="Couldn't load audit log"
                shape=SkeletonShape::Rows
                count=6
                show=show
            />
        </div>
    }
}

/// What narrows the log. One GET form: it works without scripts too.
#[component]
fn Filters(
    workspace: WorkspaceId,
    query: Memo<AuditQuery>,
    people: Vec<PersonName>,
) -> impl IntoView {
    let go = use_in_place();
    let to = Callback::new(move |next: AuditQuery| go.run(next.path(workspace)));
    let set = move |field: fn(&mut AuditQuery) -> &mut String| {
        Callback::new(move |value: String| {
            let mut next = query.get_untracked();
            *field(&mut next) = value;
            to.run(next);
        })
    };
    let value = move |field: fn(&AuditQuery) -> &String| {
        Signal::derive(move || query.with(|query| field(query).clone()))
    };
    let people = people.into_iter().map(|p| Choice::new(p.id.to_string(), p.name)).collect();
    let actions = AuditAction::ALL.iter();
    let actions = actions.map(|action| Choice::new(action.as_str(), action.label())).collect();
    let subject = move || {
        let subject = query.read().subject.clone();
        (!subject.is_empty()).then(|| {
            let all = AuditQuery { subject: String::new(), ..query.get() }.path(workspace);
            view! {
                <input type="hidden" name="subject" value=subject />
                <LinkButton href=all icon=Icon::X>"Filtered by subject"</LinkButton>
            }
        })
    };
    view! {
        <form
            class="history__bar history__form"
            method="get"
            role="search"
            on:submit=|event: SubmitEvent| event.prevent_default()
        >
            <Narrow
                name="person"
                label="Person"
                all="Anyone"
                value=value(|query| &query.person)
                options=people
                on_choice=set(|query| &mut query.person)
            />
            <Narrow
                name="action"
                label="Action"
                all="Any action"
                value=value(|query| &query.action)
                options=actions
                on_choice=set(|query| &mut query.action)
            />
            <Day
                name="from"
                label="From"
                end=DayEnd::First
                value=value(|query| &query.from)
                on_choice=set(|query| &mut query.from)
            />
            <Day
                name="until"
                label="To"
                end=DayEnd::Last
                value=value(|query| &query.until)
                on_choice=set(|query| &mut query.until)
            />
            {subject}
            // Styles hide it once scripts do its work.
            <span class="history__apply">
                <Button role=ButtonRole::Submit>"Apply"</Button>
            </span>
        </form>
    }
}

/// The lines that are loaded, with a button that loads older ones.
#[component]
fn Lines(workspace: WorkspaceId, query: AuditQuery, page: Page<AuditRow>) -> impl IntoView {
    if page.items.is_empty() {
        return view! { <Nothing workspace=workspace query=query /> }.into_any();
    }
    let pagination = Pagination::new(page);
    let filter = StoredValue::new(query.filter());
    let older = move |()| {
        let load = |asked| load_audit(filter.get_value(), asked);
        pagination.load_more(PageRequest::default(), load);
    };
    view! {
        <p class="audit__count subtle small num" role="status">
            {move || pagination.count("entry", "entries")}
        </p>
        <ol class="audit" aria-label="Audit log">
            <For each=move || pagination.rows.get() key=|row| row.id let:row>
                <Line workspace=workspace row=row />
            </For>
        </ol>
        <Show when=move || pagination.next.read().is_some()>
            <div class="audit__more">
                <Button busy=pagination.busy on_press=older>
                    "Show older entries"
                </Button>
            </div>
        </Show>
    }
    .into_any()
}

/// Why there is no line, and what to do.
#[component]
fn Nothing(workspace: WorkspaceId, query: AuditQuery) -> impl IntoView {
    if !query.narrows() {
        return view! {
            <EmptyState
                icon=Icon::BookOpen
                title="No entries yet"
                text="Actions in this workspace appear here."
            />
        }
        .into_any();
    }
    view! {
        <EmptyState
            icon=Icon::Search
            title="No entries match"
            text="Change the person, the action or the dates."
        >
            <LinkButton href=AuditQuery::default().path(workspace)>"Show all entries"</LinkButton>
        </EmptyState>
    }
    .into_any()
}
