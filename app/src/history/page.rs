//! The page.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{access::Permission, api::listing::Page, id::WorkspaceId, pages::HistoryChoices};

use super::{asked::Asked, choice::Chosen, list::List, toolbar::Toolbar};
use crate::{
    api::{
        ApiError,
        overview::{load_history, load_history_choices},
    },
    layout::{
        loaded::{Loaded, load_once},
        session::use_session,
    },
    ui::{
        card::PageHeader,
        icon::{Glyph, Icon},
        skeleton::SkeletonShape,
    },
};

type Rows = Result<Page<model::pages::ExecutionRow>, ApiError>;

/// Every execution of the workspace, narrowed as the address says.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let choices = load_once(|| (), |()| load_history_choices());
    let asked = Asked::of_address();
    let rows =
        load_once(move || asked.get(), |asked: Asked| load_history(asked.filter(), asked.place()));
    let workspace = use_session().map(|session| session.workspace());
    let file = move || {
        view! {
            <a class="button" href=move || asked.read().file() download="executions.csv">
                <Glyph icon=Icon::Download />
                <span class="button__label">"Export CSV"</span>
            </a>
        }
    };
    let narrow = move |choices: HistoryChoices| {
        let bar = |workspace| view! { <Toolbar workspace=workspace asked=asked choices=choices /> };
        workspace.map(bar).into_any()
    };
    view! {
        <Title text="Executions" />
        <div class="page history">
            <PageHeader
                title="Executions"
                lead="Everything that was run here, the latest first."
                actions=file
            />
            <Loaded
                page=choices
                failure="The filters could not be loaded"
                shape=SkeletonShape::Lines
                count=1
                show=narrow
            />
            {workspace.map(|workspace| view! { <Body workspace=workspace asked=asked rows=rows /> })}
        </div>
    }
}

#[component]
fn Body(workspace: WorkspaceId, asked: Memo<Asked>, rows: Resource<Rows>) -> impl IntoView {
    let may = use_session().is_some_and(|session| session.may(Permission::ControlExecution));
    let chosen = may.then(Chosen::none);
    Effect::new(move |before: Option<Asked>| {
        let now = asked.get();
        // Nothing that is out of sight stays chosen.
        if let (Some(before), Some(chosen)) = (before, chosen)
            && before != now
        {
            chosen.clear();
        }
        now
    });
    let show = move |page| {
        let asked = asked.get_untracked();
        view! { <List workspace=workspace asked=asked page=page chosen=chosen /> }.into_any()
    };
    view! {
        <Loaded
            page=rows
            failure="The executions could not be loaded"
            shape=SkeletonShape::Rows
            count=6
            show=show
        />
    }
}
