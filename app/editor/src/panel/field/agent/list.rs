//! The agents of the library, to be searched and chosen from.

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::agent::library::AgentSummary;
use web::{routes, settings_page::SettingsPage};

use crate::{
    agent_catalogue::{AgentCatalogue, use_agents},
    agent_mark::AgentMark,
    panel::searched_list::SearchedList,
};

/// The list, which a button opens, and the way to the library.
#[component]
pub(super) fn AgentList(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// By which the step names its agent.
    named: Memo<String>,
    /// Called with the agent that is chosen.
    on_choose: Callback<AgentSummary>,
) -> impl IntoView {
    let agents = use_agents();
    let count = Memo::new(move |_| agents.search("").len());
    let rows = move |words: &str| {
        let found = agents.search(words);
        if found.is_empty() {
            return view! { <p class="muted small">"No matching agents."</p> }.into_any();
        }
        let row = |agent: AgentSummary| {
            view! { <AgentRow agent=agent named=named on_choose=on_choose /> }
        };
        view! { <ul>{found.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    view! {
        <SearchedList
            name="agent-search"
            label="Search agents"
            open=open
            one="agent"
            many="agents"
            count=count
            rows=rows
        />
        <Library agents=agents />
    }
}

#[component]
fn AgentRow(
    agent: AgentSummary,
    named: Memo<String>,
    on_choose: Callback<AgentSummary>,
) -> impl IntoView {
    let AgentSummary { picture, name, purpose, version, .. } = agent.clone();
    let key = agent.key.clone();
    let is_chosen = move || (*named.read() == key).then_some("true");
    let version = version.map(|version| {
        view! { <span class="small subtle num">{format!("v{version}")}</span> }
    });
    view! {
        <li>
            <button
                type="button"
                class="agent-choice__row"
                aria-current=is_chosen
                on:click=move |_| on_choose.run(agent.clone())
            >
                <AgentMark picture=picture />
                <span class="agent-choice__words">
                    <span class="tool-list__key" dir="auto">
                        {name}
                    </span>
                    <span class="small subtle" dir="auto">
                        {purpose}
                    </span>
                </span>
                {version}
            </button>
        </li>
    }
}

/// A link to the page on which agents are made, tried out and published.
#[component]
fn Library(agents: AgentCatalogue) -> impl IntoView {
    let href = use_session().map(|at| routes::settings(at.workspace(), SettingsPage::Agents));
    let words = move || {
        if agents.is_empty() { "Publish an agent in the library" } else { "Open the library" }
    };
    href.map(|href| view! { <a class="link small" href=href>{words}</a> })
}
