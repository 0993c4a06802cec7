//! The home page of a workspace.

use api::overview::load_dashboard;
use frame::{
    begin::BeginButton,
    layout::{
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{id::WorkspaceId, pages::DashboardPage};
use ui::{
    button::{ButtonLook, LinkButton},
    card::PageHeader,
    icon::Icon,
    skeleton::SkeletonShape,
};
use web::{realtime, routes};

use super::{
    lists::{ActiveList, FailureList, RecentTable, TemplateList, WaitingList, Welcome},
    month::MonthCard,
};

/// The first page of a workspace.
#[component]
pub fn HomePage() -> impl IntoView {
    let page = load_once(|| (), |()| load_dashboard());
    let session = use_session();
    let title = session.map_or("Home".to_owned(), |session| {
        let name = session.view().user_name;
        format!("Welcome, {}", name.split_whitespace().next().unwrap_or("friend"))
    });
    let workspace = session.map(|session| session.workspace());
    let show = move |page: DashboardPage| {
        workspace.map(|workspace| view! { <Dashboard workspace=workspace page=page /> }).into_any()
    };
    let browse = move || {
        workspace.map(|workspace| {
            view! {
                <BeginButton workspace=workspace />
                <LinkButton
                    href=routes::gallery(workspace)
                    look=ButtonLook::Primary
                    icon=Icon::LayoutTemplate
                >
                    "Browse templates"
                </LinkButton>
            }
        })
    };
    view! {
        <Title text="Home" />
        <div class="page dashboard">
            <PageHeader title=title actions=browse />
            <ResourceView
                page=page
                failure="Couldn't load your runs"
                shape=SkeletonShape::Rows
                count=5
                show=show
            />
        </div>
    }
}

/// Executions under way and those that ended lately, kept current; an invitation when there were
/// none yet.
#[component]
pub fn Dashboard(workspace: WorkspaceId, page: DashboardPage) -> impl IntoView {
    let page = RwSignal::new(page);
    let reload = keep_current(page);
    let is_new = Memo::new(move |_| page.with(|p| p.active.is_empty() && p.recent.is_empty()));
    let active = Memo::new(move |_| page.read().active.clone());
    let waiting = Memo::new(move |_| page.read().waiting.clone());
    let questions = Memo::new(move |_| page.read().questions.clone());
    let recent = Memo::new(move |_| page.read().recent.clone());
    let failures = Memo::new(move |_| page.read().failures.clone());
    let templates = Memo::new(move |_| page.read().templates.clone());
    let month = Memo::new(move |_| page.read().month);
    move || {
        if is_new.get() {
            let cards = page.with_untracked(|page| page.first_steps.clone());
            view! { <Welcome workspace=workspace cards=cards /> }.into_any()
        } else {
            view! {
                <div class="dashboard__parts">
                    <div class="stack dashboard__now">
                        <WaitingList workspace=workspace rows=waiting questions=questions />
                        <FailureList workspace=workspace rows=failures />
                        <ActiveList workspace=workspace rows=active />
                    </div>
                    <aside class="stack dashboard__aside" aria-label="At a glance">
                        <MonthCard month=month refresh=reload />
                        <TemplateList workspace=workspace rows=templates />
                    </aside>
                    <RecentTable workspace=workspace rows=recent />
                </div>
            }
            .into_any()
        }
    }
}

/// Loads the page anew when there are news; what fails to load leaves the last good state on it.
/// The callback loads it also without news.
fn keep_current(page: RwSignal<DashboardPage>) -> Callback<()> {
    let reload = realtime::load_one_at_a_time(move || async move {
        if let Ok(now) = load_dashboard().await {
            page.try_set(now);
        }
    });
    realtime::follow(move |_| reload.run(()));
    reload
}
