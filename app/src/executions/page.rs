//! The page of the list of executions.

use api::{ApiError, executions::load_execution_choices, overview::load_executions};
use frame::layout::{
    page_resource::{ResourceView, load_once},
    session::use_session,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{access::Permission, api::listing::Page, id::WorkspaceId, pages::ExecutionChoices};
use ui::{
    card::PageHeader,
    icon::{Glyph, Icon},
    skeleton::SkeletonShape,
};

use super::{list::List, list_query::ListQuery, selection::Selection, toolbar::Toolbar};

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
