//! The choice of a step's agent: one of the library with its version, or one that is described here
//! in a form of its own.

use frame::{
    agent_form::{faults::Faults, fields::AgentFields, form::AgentFieldset},
    layout::session::use_session,
};
use leptos::prelude::*;
use model::{
    agent::{definition::AgentDefinition, library::AgentSummary},
    panel::value_of,
};
use serde_json::Value;
use ui::{
    badge::Tag,
    button::{Button, ButtonSize},
    field::{FieldNotes, described_by},
    icon::Icon,
};
use web::{client::focus::focus, routes, settings_page::SettingsPage};

use super::config::{change, choose, describe_here, read};
use crate::{
    agent_catalogue::{AgentCatalogue, AgentMark, use_agents},
    catalogue::use_catalogue,
    panel::{
        field::{
            labels::{FieldLabels, mend_button},
            plain,
        },
        field_binding::FieldBinding,
        searched_list::SearchedList,
        subject::Subject,
    },
};

/// The agent that is chosen, the list of all, and the form of one of the step's own.
pub(in crate::panel::field) fn agent(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let (subject, agents) = (binding.subject, use_agents());
    let named = Memo::new(move |_| {
        read(subject, |config| config.agent.trim().to_owned()).unwrap_or_default()
    });
    let is_own = Memo::new(move |_| read(subject, |config| config.own.is_some()) == Some(true));
    look_up_version(subject, agents);
    let open = RwSignal::new(named.with_untracked(String::is_empty) && !is_own.get_untracked());
    let take = Callback::new(move |agent: AgentSummary| {
        open.set(false);
        change(subject, "agent", |config| choose(config, &agent));
        subject.on_settle.run(());
        // The list is closed and the agent shown with the next frame.
        request_animation_frame(move || focus(&binding.id()));
    });
    let describe = move |()| {
        open.set(false);
        change(subject, "agent", describe_here);
        subject.on_settle.run(());
        request_animation_frame(|| focus("agent_purpose"));
    };
    let (id, help) = (binding.id(), labels.help());
    let described = described_by(&id, help, binding.error);
    view! {
        <fieldset class="field agent-choice" id=id.clone() aria-describedby=described>
            <legend class="field__label">{labels.label}</legend>
            <Chosen subject=subject agents=agents named=named on_take=take />
            <AgentList open=open named=named on_choose=take />
            {move || {
                if is_own.get() {
                    view! { <p class="small muted">"Described below, for this step only."</p> }
                        .into_any()
                } else {
                    view! {
                        <Button size=ButtonSize::Small icon=Icon::Pencil on_press=describe>
                            "Describe one here"
                        </Button>
                    }
                        .into_any()
                }
            }}
            <FieldNotes name=id.clone() help=help error=binding.error />
        </fieldset>
        <Show when=move || is_own.get()>
            <DescribedAgent subject=subject />
        </Show>
    }
    .into_any()
}

/// Looks up what an older version of the agent takes, where the step names one.
fn look_up_version(subject: Subject, agents: AgentCatalogue) {
    let unknown =
        Memo::new(move |_| read(subject, |config| agents.unknown_version(config)).flatten());
    Effect::new(move || {
        if let Some(agent) = unknown.get() {
            agents.load_versions(agent);
        }
    });
}

/// The agent of the library that the step names, or that there is none of this name.
#[component]
fn Chosen(
    subject: Subject,
    agents: AgentCatalogue,
    named: Memo<String>,
    on_take: Callback<AgentSummary>,
) -> impl IntoView {
    let found = Memo::new(move |_| agents.find(&named.read()));
    let near = Memo::new(move |_| agents.nearest(&named.read()));
    move || match found.get() {
        Some(agent) => view! { <About subject=subject agent=agent /> }.into_any(),
        None if named.read().is_empty() || agents.is_empty() => ().into_any(),
        None => {
            let near = near.get().map(|near| {
                mend_button(format!("Use {}", near.name), move || on_take.run(near.clone()))
            });
            view! {
                <p class="small muted" dir="auto">
                    {named.get()}
                    " isn't available. It was deleted or archived, or isn't published yet."
                </p>
                {near}
            }
            .into_any()
        }
    }
}

/// What an agent of the library is for, and which version of it the step works by.
#[component]
fn About(subject: Subject, agent: AgentSummary) -> impl IntoView {
    let AgentSummary { picture, name, purpose, version, is_system, .. } = agent;
    let newest = Memo::new(move |_| version);
    let help = "Publishing or launching the workflow pins the newest version.";
    view! {
        <div class="agent-choice__about">
            <AgentMark picture=picture />
            <div class="agent-choice__words">
                <p class="tool-list__key" dir="auto">
                    {name}
                </p>
                <p class="small muted" dir="auto">
                    {purpose}
                </p>
                {is_system.then(|| view! { <p><Tag>"Comes with Atelier"</Tag></p> })}
            </div>
        </div>
        {plain::version(version_binding(subject), FieldLabels::new("Version", help), newest)}
    }
}

/// Binds to the version of the agent: another one has nothing frozen.
fn version_binding(subject: Subject) -> FieldBinding {
    let value =
        Memo::new(move |_| subject.node.with(|node| value_of(&node.data.config, "version")));
    let write = Callback::new(move |version: Value| {
        let version: Option<i32> =
            serde_json::from_value(version).map_err(|error| error.to_string())?;
        change(subject, "version", |config| {
            (config.version, config.frozen) = (version, None);
        });
        Ok(())
    });
    FieldBinding::new(subject, "version", value, write)
}

/// The list, which a button opens, and the way to the library.
#[component]
fn AgentList(
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

/// The form. It is filled in anew when the agent is changed elsewhere, such as by undo.
#[component]
pub(super) fn DescribedAgent(subject: Subject) -> impl IntoView {
    let own = Memo::new(move |_| {
        read(subject, |config| config.own.as_deref().cloned()).flatten().unwrap_or_default()
    });
    let known = StoredValue::new(own.get_untracked());
    let fillings = RwSignal::new(0u32);
    Effect::new(move || {
        let now = own.get();
        if known.with_value(|known| *known != now) {
            known.set_value(now);
            fillings.update(|count| *count += 1);
        }
    });
    move || {
        fillings.track();
        view! { <Form subject=subject known=known /> }
    }
}

#[component]
fn Form(
    subject: Subject,
    /// What the form shows, or has set.
    known: StoredValue<AgentDefinition>,
) -> impl IntoView {
    let fields = known.with_value(AgentFields::new);
    let filled = Memo::new(move |_| fields.definition());
    Effect::new(move |before: Option<()>| {
        let filled = filled.get();
        let (Some(()), Ok(definition)) = (before, filled) else { return };
        known.set_value(definition.clone());
        change(subject, "own", |config| config.own = Some(Box::new(definition)));
    });
    // What cannot be read is told first: the rest is judged of what was read before.
    let faults = Signal::derive(move || match filled.get() {
        Ok(_) => subject.faults_of_parts("own"),
        Err(problems) => problems,
    });
    let catalogue = use_catalogue();
    let (models, workflows) = subject.stock.with_value(|stock| {
        let models = stock.text_models.iter().map(|offer| offer.value.clone());
        let workflows = stock.templates.iter().map(|offer| offer.name.clone());
        (models.collect::<Vec<String>>(), workflows.collect::<Vec<String>>())
    });
    let tools = Memo::new(move |_| catalogue.choices(&workflows));
    view! {
        <div class="config__inset" on:focusout=move |_| subject.on_settle.run(())>
            <AgentFieldset
                fields=fields
                faults=Faults::new(faults)
                tools=tools
                models=models
            />
        </div>
    }
}
