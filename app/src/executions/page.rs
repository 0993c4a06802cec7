//! The page of the list of executions, and what narrows the list. Links and one GET form: it all works
//! without scripts.

use api::{ApiError, executions::load_execution_choices, overview::load_executions};
use frame::{
    activity::words::chip_of,
    layout::{
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;
use model::{
    access::Permission, api::listing::Page, execution::state::ExecutionStatus,
    external_ref::ExternalRefKey, id::WorkspaceId, pages::ExecutionChoices,
};
use ui::{
    button::{Button, ButtonRole},
    card::PageHeader,
    field::{Choice, SearchField},
    icon::{Glyph, Icon},
    skeleton::SkeletonShape,
};
use web::routes;

use super::{list::List, list_query::ListQuery, selection::Selection};
use crate::narrow::{Day, DayEnd, Narrow, search_typed, use_in_place};

type Rows = Result<Page<model::pages::ExecutionRow>, ApiError>;

/// Every execution of the workspace, narrowed as the address says.
#[component]
pub fn ExecutionsPage() -> impl IntoView {
    let choices = load_once(|| (), |()| load_execution_choices());
    let query = ListQuery::from_address();
    let load = |query: ListQuery| load_executions(query.filter(), query.page_cursor());
    let rows = load_once(move || query.get(), load);
    let workspace = use_session().map(|session| session.workspace());
    let file = move || {
        view! {
            <a class="button" href=move || query.read().file() download="runs.csv">
                <Glyph icon=Icon::Download />
                <span class="button__label">"Export CSV"</span>
            </a>
        }
    };
    let narrow = move |choices: ExecutionChoices| {
        let bar = |workspace| view! { <Toolbar workspace=workspace query=query choices=choices /> };
        workspace.map(bar).into_any()
    };
    view! {
        <Title text="Runs" />
        <div class="page history">
            <PageHeader
                title="Runs"
                lead="All runs in this workspace, newest first."
                actions=file
            />
            <ResourceView
                page=choices
                failure="Couldn't load filters"
                shape=SkeletonShape::Lines
                count=1
                show=narrow
            />
            {workspace
                .map(|workspace| view! { <Body workspace=workspace query=query rows=rows /> })}
        </div>
    }
}

#[component]
fn Body(workspace: WorkspaceId, query: Memo<ListQuery>, rows: Resource<Rows>) -> impl IntoView {
    let may = use_session().is_some_and(|session| session.may(Permission::ControlExecution));
    let chosen = may.then(Selection::empty);
    Effect::new(move |before: Option<ListQuery>| {
        let now = query.get();
        // Nothing that is out of sight stays chosen.
        if let (Some(before), Some(chosen)) = (before, chosen)
            && before != now
        {
            chosen.clear();
        }
        now
    });
    let show = move |page| {
        let query = query.get_untracked();
        view! { <List workspace=workspace query=query page=page chosen=chosen /> }.into_any()
    };
    view! {
        <ResourceView
            page=rows
            failure="Couldn't load runs"
            shape=SkeletonShape::Rows
            count=6
            show=show
        />
    }
}

/// Letters that follow each other within this time are searched together.
const TYPING_MS: u32 = 250;

type QueryPart = fn(&mut ListQuery) -> &mut String;

/// Goes to the address of another query of the same page.
#[derive(Clone, Copy)]
struct Go {
    query: Memo<ListQuery>,
    to: Callback<ListQuery>,
}

impl Go {
    fn update(self, change: impl FnOnce(&mut ListQuery)) {
        let mut next = self.query.get_untracked().first();
        change(&mut next);
        if next != self.query.get_untracked() {
            self.to.run(next);
        }
    }

    /// A part as it is, and what a choice does.
    fn part(self, part: QueryPart) -> (Signal<String>, Callback<String>) {
        let value = Signal::derive(move || part(&mut self.query.get()).clone());
        (value, Callback::new(move |choice| self.update(|next| *part(next) = choice)))
    }
}

/// The lines above the list.
#[component]
pub fn Toolbar(
    workspace: WorkspaceId,
    query: Memo<ListQuery>,
    choices: ExecutionChoices,
) -> impl IntoView {
    let in_place = use_in_place();
    let to = Callback::new(move |next: ListQuery| in_place.run(next.path(workspace)));
    let go = Go { query, to };
    let search = search_typed(TYPING_MS, move |words| go.update(|next| next.words = words));
    let templates = choices.templates.into_iter().map(|t| Choice::new(t.id.to_string(), t.name));
    let people = choices.people.into_iter().map(|p| Choice::new(p.id.to_string(), p.name));
    let kept = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value /> })
    };
    let narrow = move |name, label, all, options: Vec<Choice>, part: QueryPart| {
        let (value, choose) = go.part(part);
        view! {
            <Narrow name=name label=label all=all value=value options=options on_choice=choose />
        }
    };
    let day = move |name, label, end: DayEnd, part: QueryPart| {
        let (value, choose) = go.part(part);
        view! { <Day name=name label=label end=end value=value on_choice=choose /> }
    };
    view! {
        <div class="history__bar" role="search">
            <form
                class="history__form"
                method="get"
                action=routes::executions(workspace)
                on:submit=|event: SubmitEvent| event.prevent_default()
            >
                <SearchField
                    name="q"
                    label="Search runs"
                    value=Signal::derive(move || query.read().words.clone())
                    on_input=search
                />
                {narrow("template", "Workflow", "Any workflow", templates.collect(), |q| &mut q.template)}
                {narrow("person", "Started by", "Anyone", people.collect(), |q| &mut q.person)}
                {day("from", "From", DayEnd::First, |q| &mut q.from)}
                {day("until", "To", DayEnd::Last, |q| &mut q.until)}
                {move || kept("status", query.read().status_words())}
                {move || kept("external_ref", query.read().external_ref.clone())}
                // Styles hide it once scripts do its work.
                <span class="history__apply">
                    <Button role=ButtonRole::Submit>"Apply"</Button>
                </span>
            </form>
            <StatusLinks workspace=workspace query=query />
            <LinkedTo workspace=workspace query=query />
        </div>
    }
}

/// What in another system the list is narrowed to, and the way out of that.
#[component]
fn LinkedTo(workspace: WorkspaceId, query: Memo<ListQuery>) -> impl IntoView {
    move || {
        let key = ExternalRefKey::parse(&query.read().external_ref)?;
        let all = ListQuery { external_ref: String::new(), ..query.read().first() };
        Some(view! {
            <p class="history__linked small">
                "Linked to " <strong dir="auto">{key.words()}</strong> " "
                <a class="link" href=all.path(workspace) data-noscroll="">
                    "Show all"
                </a>
            </p>
        })
    }
}

#[component]
fn StatusLinks(workspace: WorkspaceId, query: Memo<ListQuery>) -> impl IntoView {
    let link = |status: ExecutionStatus| {
        let href = move || query.read().with_status_toggled(status).path(workspace);
        let current = move || query.read().statuses.contains(&status).then_some("true");
        let chip = chip_of(status);
        view! {
            <li>
                <a class="pill" href=href aria-current=current data-noscroll="">
                    <Glyph icon=chip.icon() size=14 />
                    {chip.word()}
                </a>
            </li>
        }
    };
    let all = move || ListQuery { statuses: vec![], ..query.read().first() }.path(workspace);
    let any = move || query.read().statuses.is_empty().then_some("true");
    view! {
        <nav class="history__states" aria-label="Status">
            <ul class="pills">
                <li>
                    <a class="pill" href=all aria-current=any data-noscroll="">
                        "All"
                    </a>
                </li>
                {ExecutionStatus::ALL.iter().copied().map(link).collect_view()}
            </ul>
        </nav>
    }
}
