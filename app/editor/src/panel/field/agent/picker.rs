//! The choice of a step's agent: one of the library with its version, or one that is described here.

use leptos::prelude::*;
use model::{agent::library::AgentSummary, panel::value_of};
use serde_json::Value;
use ui::{
    badge::Tag,
    button::{Button, ButtonSize},
    field::{FieldNotes, described_by},
    icon::Icon,
};
use web::client::focus::focus;

use super::{
    config::{change, choose, describe_here, read},
    described::DescribedAgent,
    list::AgentList,
};
use crate::{
    agent_catalogue::{AgentCatalogue, use_agents},
    agent_mark::AgentMark,
    panel::{
        field::{labels::FieldLabels, version::VersionChoice},
        field_binding::FieldBinding,
        mend::MendButton,
        subject::Subject,
    },
};

/// The agent that is chosen, the list of all, and the form of one of the step's own.
#[component]
pub(in crate::panel::field) fn AgentWidget(
    binding: FieldBinding,
    labels: FieldLabels,
) -> impl IntoView {
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
    let help = MaybeProp::derive(move || help.clone());
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
                let words = format!("Use {}", near.name);
                let take = move |()| on_take.run(near.clone());
                view! { <MendButton words=words on_press=take /> }
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
        <VersionChoice
            binding=version_binding(subject)
            labels=FieldLabels::new("Version", help)
            newest=newest
        />
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
