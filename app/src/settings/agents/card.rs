//! An agent in the list of the library.

use leptos::prelude::*;
use model::{
    agent::library::{AgentSummary, AgentUse},
    agent_library::listing::ListedAgent,
    id::WorkspaceId,
};
use ui::{
    badge::{Tag, Tone},
    icon::Icon,
};
use web::routes;

use super::picture::AgentPicture;

/// An agent with its picture, purpose, version, and where it is used.
#[component]
pub(super) fn AgentCard(listed: ListedAgent, workspace: WorkspaceId) -> impl IntoView {
    let ListedAgent { agent, used_by } = listed;
    let href = routes::agent(workspace, agent.id);
    view! {
        <li class="card card--link agent-card" data-archived=agent.is_archived.then_some("")>
            <AgentPicture picture=agent.picture />
            <div class="agent-card__words">
                <h2 class="agent-card__name" dir="auto">
                    <a class="card__cover" href=href>
                        {agent.name.clone()}
                    </a>
                </h2>
                <p dir="auto">{agent.purpose.clone()}</p>
                <p class="agent-card__facts">{facts(&agent)}</p>
                <p class="subtle small" dir="auto">
                    {uses(&used_by)}
                </p>
            </div>
        </li>
    }
    .into_any()
}

/// Its version, where it is from, and by which workflows name it.
pub(super) fn facts(agent: &AgentSummary) -> AnyView {
    let version = match agent.version {
        Some(version) => view! { <Tag>{format!("v{version}")}</Tag> }.into_any(),
        None => view! { <Tag tone=Tone::Warning>"Draft"</Tag> }.into_any(),
    };
    let system = agent.is_system.then(|| view! { <Tag>"Built in"</Tag> });
    let archived = agent.is_archived.then(|| view! { <Tag icon=Icon::Archive>"Archived"</Tag> });
    view! {
        {version}
        {system}
        {archived}
        <code class="small subtle">{agent.key.clone()}</code>
    }
    .into_any()
}

/// Where it is used, in words.
fn uses(used_by: &[AgentUse]) -> String {
    let mut names: Vec<&str> = used_by.iter().map(|used| used.name.as_str()).collect();
    names.dedup();
    match names.as_slice() {
        [] => "No workflow uses it yet.".to_owned(),
        [one] => format!("Used by {one}."),
        [first, second] => format!("Used by {first} and {second}."),
        [first, second, others @ ..] => {
            format!("Used by {first}, {second} and {} more.", others.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use model::id::TemplateId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn where_an_agent_is_used_is_said_in_a_sentence() {
        let used = |names: &[&str]| {
            let used = names.iter().map(|name| AgentUse {
                template: TemplateId(Uuid::nil()),
                name: (*name).to_owned(),
                version: None,
            });
            uses(&used.collect::<Vec<_>>())
        };

        assert_eq!(used(&[]), "No workflow uses it yet.");
        assert_eq!(used(&["Ads", "Ads"]), "Used by Ads.");
        assert_eq!(used(&["Ads", "Blog", "Mail", "Posts"]), "Used by Ads, Blog and 2 more.");
    }
}
