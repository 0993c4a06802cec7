//! The page of one agent.

use api::{
    agents::{duplicate_agent, load_agent, load_agent_stock},
    tools::list_tools,
};
use frame::{
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        page_resource::{ResourceView, load_once},
        session::{Session, use_session},
    },
    sending::Sending,
};
use launch::Library;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;
use model::{
    access::Permission, agent::library::AgentPage, agent_library::listing::AgentStock, id::AgentId,
    mcp::server::ServerView,
};
use serde::{Deserialize, Serialize};
use ui::{
    button::{Button, ButtonLook},
    card::Card,
    failure::FormError,
    icon::Icon,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::{routes, settings_page::SettingsPage};

use super::{
    card::{AgentPicture, Uses, facts},
    dialogs::PublishDialog,
    editing::Editing,
    state::AgentState,
    trial::Trial,
    versions::Versions,
};

#[derive(Clone, Serialize, Deserialize)]
struct Loaded {
    page: AgentPage,
    /// What the agent's form offers.
    stock: AgentStock,
    /// The servers with their tools.
    servers: Vec<ServerView>,
}

/// The agent in the address.
#[component]
pub fn AgentRoute() -> impl IntoView {
    let id = use_id::<AgentId>("agent");
    let load = |id: Option<AgentId>| async move {
        let page = load_agent(required(id)?).await?;
        let stock = load_agent_stock().await?;
        let servers = list_tools(String::new()).await?;
        Ok(Loaded { page, stock, servers })
    };
    let loaded = load_once(move || id.get(), load);
    let session = use_session();
    let anew = Callback::new(move |()| loaded.refetch());
    let show = move |loaded: Loaded| {
        session
            .map(|session| view! { <Shown loaded=loaded session=session on_anew=anew /> })
            .into_any()
    };
    view! {
        <div class="page">
            <ResourceView
                page=loaded
                failure="Couldn't load agent"
                shape=SkeletonShape::Lines
                count=8
                show=show
            />
        </div>
    }
}

#[component]
fn Shown(loaded: Loaded, session: Session, on_anew: Callback<()>) -> impl IntoView {
    let Loaded { page, stock, servers } = loaded;
    let edits = session.may(Permission::EditTemplate);
    let tries = session.may(Permission::LaunchInline);
    let state = AgentState::new(session.workspace(), page, edits);
    let library = Library::new(&stock.documents, &stock.pictures);
    let used_by = Signal::derive(move || state.page.with(|page| page.used_by.clone()));
    view! {
        <Header state=state edits=edits on_anew=on_anew />
        <div class="agent-page__columns">
            <Editing state=state stock=stock servers=servers on_anew=on_anew />
            <aside class="agent-page__beside" aria-label="Try it, versions and usage">
                {tries.then(|| view! { <Trial state=state library=library /> })}
                <Card title="Versions">
                    <Versions state=state on_restored=on_anew />
                </Card>
                <Card title="Used in">
                    <Uses used_by=used_by workspace=state.workspace />
                </Card>
            </aside>
        </div>
    }
    .into_any()
}

/// The name with its picture, and what can be done with the agent.
#[component]
fn Header(state: AgentState, edits: bool, on_anew: Callback<()>) -> impl IntoView {
    let name = Signal::derive(move || state.page.with(|page| page.agent.name.clone()));
    let picture = Signal::derive(move || state.page.with(|page| page.agent.picture));
    let list = routes::settings(state.workspace, SettingsPage::Agents);
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link(SettingsPage::Agents.title(), list.clone()),
            Crumb::here(name.get()).named(),
        ]
    });
    let tags = move || state.page.with(|page| facts(&page.agent));
    let note = state.page.with_untracked(|page| page.agent.is_system).then(|| {
        view! {
            <p class="muted">
                "This agent comes with Atelier and is updated with it. Duplicate it to make changes."
            </p>
        }
    });
    // The page may be left before its title is.
    let title = move || name.try_get().unwrap_or_default();
    view! {
        <Title text=title />
        <Breadcrumb crumbs=crumbs />
        <header class="agent-page__head">
            <AgentPicture picture=picture />
            <div class="agent-page__words">
                <h1 dir="auto" translate="no">{move || name.get()}</h1>
                <p class="agent-card__facts">{tags}</p>
                {note}
            </div>
            {edits.then(|| view! { <Actions state=state on_anew=on_anew /> })}
        </header>
    }
    .into_any()
}

/// Publishing, copying, and archiving.
#[component]
fn Actions(state: AgentState, on_anew: Callback<()>) -> impl IntoView {
    let (publishing, copying) = (RwSignal::new(false), Sending::default());
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let (is_system, is_archived) =
        state.page.with_untracked(|page| (page.agent.is_system, page.agent.is_archived));
    let copy = move |()| {
        let navigate = navigate.clone();
        copying.send(duplicate_agent(state.id), move |page| {
            toasts.show(ToastKind::Done, "Duplicated. This is the copy.");
            navigate(&routes::agent(state.workspace, page.agent.id), Default::default());
        });
    };
    let archive = move |()| {
        state.archive(!is_archived, move || {
            let words = if is_archived { "Restored." } else { "Archived." };
            toasts.show(ToastKind::Done, words);
            on_anew.try_run(());
        });
    };
    let words = if is_archived { "Restore" } else { "Archive" };
    view! {
        <div class="settings__actions">
            {state
                .may_edit
                .then(|| {
                    view! {
                        <Button
                            look=ButtonLook::Primary
                            icon=Icon::Upload
                            on_press=move |()| publishing.set(true)
                        >
                            "Publish"
                        </Button>
                    }
                })}
            <Button icon=Icon::Copy busy=copying.busy on_press=copy>
                "Duplicate"
            </Button>
            {(!is_system)
                .then(|| view! { <Button icon=Icon::Archive on_press=archive>{words}</Button> })}
        </div>
        <FormError error=copying.problem />
        {state.may_edit.then(|| view! { <PublishDialog state=state open=publishing /> })}
    }
    .into_any()
}
