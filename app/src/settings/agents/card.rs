//! What an agent looks like: in the list of the library, its picture, and where it is used.

use leptos::prelude::*;
use model::{
    agent::library::{AgentSummary, AgentUse},
    agent_library::listing::ListedAgent,
    id::{ImageId, WorkspaceId},
};
use ui::{
    badge::{Tag, Tone},
    icon::{Glyph, Icon},
};
use web::routes::{self, ThumbnailSide};

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
                    {use_words(&used_by)}
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

fn use_words(used_by: &[AgentUse]) -> String {
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

/// An agent's picture, or a sign where it has none. Its name stands beside it.
#[component]
pub(super) fn AgentPicture(
    /// An image of the library.
    #[prop(into)]
    picture: Signal<Option<ImageId>>,
) -> impl IntoView {
    move || match picture.get() {
        Some(id) => {
            let address = routes::thumbnail(id, ThumbnailSide::Small);
            view! { <img class="agent-picture" src=address alt="" /> }.into_any()
        }
        None => view! {
            <span class="agent-picture" aria-hidden="true">
                <Glyph icon=Icon::Bot size=24 />
            </span>
        }
        .into_any(),
    }
}

/// A list of links to the workflows, or that there are none.
#[component]
pub(super) fn Uses(
    /// The workflows, by name.
    #[prop(into)]
    used_by: Signal<Vec<AgentUse>>,
    /// The workspace of the page.
    workspace: WorkspaceId,
) -> impl IntoView {
    let row = move |used: AgentUse| {
        let version = match used.version {
            Some(version) => format!(" v{version}"),
            None => " latest version".to_owned(),
        };
        view! {
            <li>
                <a class="link" dir="auto" href=routes::template(workspace, used.template)>
                    {used.name}
                </a>
                <span class="subtle small num">{version}</span>
            </li>
        }
    };
    move || match used_by.get() {
        none if none.is_empty() => {
            view! { <p class="muted small">"No workflow uses it yet."</p> }.into_any()
        }
        some => {
            view! { <ul class="settings__uses">{some.into_iter().map(row).collect_view()}</ul> }
                .into_any()
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
            use_words(&used.collect::<Vec<_>>())
        };

        assert_eq!(used(&[]), "No workflow uses it yet.");
        assert_eq!(used(&["Ads", "Ads"]), "Used by Ads.");
        assert_eq!(used(&["Ads", "Blog", "Mail", "Posts"]), "Used by Ads, Blog and 2 more.");
    }
}
