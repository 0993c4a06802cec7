//! The agents of the library, to be searched and chosen from.

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::agent::library::AgentSummary;
use ui::{field::SearchField, format::pluralize};
use web::{routes, settings_page::SettingsPage};

use crate::{
    agent_catalogue::{AgentCatalogue, use_agents},
    agent_mark::AgentMark,
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
    let words = RwSignal::new(String::new());
    let count = Memo::new(move |_| agents.search("").len());
    let rows = move || {
        let found = agents.search(&words.read());
        if found.is_empty() {
            return view! { <p class="muted small">"No agent matches."</p> }.into_any();
        }
        let row = |agent: AgentSummary| {
            view! { <AgentRow agent=agent named=named on_choose=on_choose /> }
        };
        view! { <ul>{found.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    let expanded = move || if open.get() { "true" } else { "false" };
    view! {
        <Show when=move || { count.get() > 0 }>
            <button
                type="button"
                class="link small"
                aria-expanded=expanded
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {move || {
                    format!("Choose from {}", pluralize(count.get() as u64, "agent", "agents"))
                }}
            </button>
            <Show when=move || open.get()>
                <div class="tool-list">
                    <SearchField
                        name="agent-search"
                        label="Search agents"
                        value=words
                        on_input=move |typed| words.set(typed)
                    />
                    <div class="tool-list__rows">{rows}</div>
                </div>
            </Show>
        </Show>
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
