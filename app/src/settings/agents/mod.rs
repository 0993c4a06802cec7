//! Agents: the library of them, and the page of one, on which it is changed, published, compared and
//! tried out.

mod card;
mod dialogs;
mod editing;
pub mod page;
mod state;
mod trial;
mod versions;

use api::agents::load_agents_page;
use frame::layout::{page_resource::load_once, session::use_session};
use leptos::prelude::*;
use model::{
    access::Permission, agent_library::listing::ListedAgent, id::WorkspaceId,
    text::fuzzy::has_words,
};
use ui::{
    empty::EmptyState,
    field::{SearchField, SwitchField},
    icon::Icon,
};
use web::settings_page::SettingsPage;

use self::{card::AgentCard, dialogs::NewAgent};
use super::sheet::{AddButton, SettingsSheet};

/// The library of agents.
#[component]
pub fn AgentsPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_agents_page());
    let session = use_session();
    let may_edit = session.is_some_and(|session| session.may(Permission::EditTemplate));
    let workspace = session.map(|session| session.workspace());
    let is_new = RwSignal::new(false);
    let add = move || {
        let begin = move |()| is_new.set(true);
        may_edit.then(|| view! { <AddButton verb="New agent" on_press=begin /> })
    };
    let show = move |agents: Vec<ListedAgent>| {
        workspace
            .map(|workspace| view! { <Library agents=agents workspace=workspace /> })
            .into_any()
    };
    view! {
        <SettingsSheet
            page=SettingsPage::Agents
            lead="Models with instructions and tools. Add one to a workflow as an Agent step."
            actions=add
            loads=page
            failure="Couldn't load agents"
            count=4
            show=show
        />
        {workspace.map(|workspace| view! { <NewAgent workspace=workspace open=is_new /> })}
    }
}

#[component]
fn Library(agents: Vec<ListedAgent>, workspace: WorkspaceId) -> impl IntoView {
    let (words, archived) = (RwSignal::new(String::new()), RwSignal::new(false));
    let has_archived = agents.iter().any(|listed| listed.agent.is_archived);
    let agents = StoredValue::new(agents);
    let cards = move || {
        let (typed, with_archived) = (words.get(), archived.get());
        let fits = |listed: &&ListedAgent| {
            let agent = &listed.agent;
            let text = format!("{} {} {}", agent.name, agent.key, agent.purpose);
            (with_archived || !agent.is_archived) && has_words(&text, &typed)
        };
        let found = agents.with_value(|all| all.iter().filter(fits).cloned().collect::<Vec<_>>());
        if found.is_empty() {
            return view! {
                <EmptyState
                    icon=Icon::Search
                    title="No agents match"
                    text="Change your search, or create an agent."
                />
            }
            .into_any();
        }
        let card = |listed| view! { <AgentCard listed=listed workspace=workspace /> };
        view! { <ul class="agents">{found.into_iter().map(card).collect_view()}</ul> }.into_any()
    };
    view! {
        <div class="agents__bar">
            <SearchField
                name="agent_search"
                label="Search agents"
                value=words
                on_input=move |typed: String| words.set(typed)
            />
            {has_archived
                .then(|| {
                    view! {
                        <SwitchField
                            name="agents_archived"
                            label="Show archived"
                            value=archived
                        />
                    }
                })}
        </div>
        {cards}
    }
    .into_any()
}
