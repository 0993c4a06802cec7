//! The agents of the library, for the palette, the panel and the validation of the draft. They are
//! loaded once the page is alive, as the tools of servers are.

use std::{borrow::Cow, collections::BTreeMap};

use api::agents::{list_agents, load_agent};
use diagram::kind_icon;
use leptos::{prelude::*, task::spawn_local};
use model::{
    agent::{definition::AgentDefinition, library::AgentSummary},
    id::{AgentId, ImageId},
    nodes::{
        NodeConfig, NodeKind,
        agent::{Config, FrozenAgent},
    },
    text::{fuzzy::has_words, nearest::nearest},
    workflow::{Node, Workflow},
};
use ui::icon::Glyph;
use web::routes::{self, ThumbnailSide};

/// The most agents that a list shows at once.
const MOST_SHOWN: usize = 100;

/// The agents that a step can name; empty until they are loaded.
#[derive(Debug, Clone, Copy)]
pub struct AgentCatalogue {
    agents: RwSignal<Vec<AgentSummary>>,
    /// What versions of agents are that were looked up.
    versions: RwSignal<BTreeMap<(AgentId, i32), AgentDefinition>>,
}

impl AgentCatalogue {
    pub fn new(agents: Vec<AgentSummary>) -> Self {
        Self { agents: RwSignal::new(agents), versions: RwSignal::new(BTreeMap::new()) }
    }

    /// Follows the catalogue as it changes.
    pub fn track(self) {
        self.agents.track();
        self.versions.track();
    }

    /// Whether it has no agents, or they are not loaded yet.
    pub fn is_empty(self) -> bool {
        self.agents.read().is_empty()
    }

    /// The agents that every word names or tells of, at most 100.
    pub fn search(self, words: &str) -> Vec<AgentSummary> {
        let fits = |agent: &&AgentSummary| {
            let text = format!("agent {} {} {}", agent.name, agent.key, agent.purpose);
            has_words(&text, words)
        };
        self.agents.read().iter().filter(fits).take(MOST_SHOWN).cloned().collect()
    }

    /// The agent that a step names by its key or its id.
    pub fn find(self, named: &str) -> Option<AgentSummary> {
        let named = named.trim();
        let agents = self.agents.read();
        let is_it = |agent: &&AgentSummary| agent.key == named || agent.id.to_string() == named;
        agents.iter().find(is_it).cloned()
    }

    /// The agent whose key is nearest to one that no agent has; none where an agent has it, nothing is
    /// like it, or no agents are known yet.
    pub fn nearest(self, named: &str) -> Option<AgentSummary> {
        if named.trim().is_empty() || self.find(named).is_some() {
            return None;
        }
        let agents = self.agents.read();
        let keys = agents.iter().map(|agent| agent.key.as_str());
        let near = nearest(named.trim(), keys)?;
        agents.iter().find(|agent| agent.key == near).cloned()
    }

    /// What the agent of a step is given and gives, as far as that is known.
    pub fn definition(self, config: &Config) -> Option<AgentDefinition> {
        match self.known(config) {
            Some(known) => Some(known.definition),
            None => config.definition().cloned(),
        }
    }

    /// The agent of the library that a step has set to a version of which nothing is known yet.
    pub fn unknown_version(self, config: &Config) -> Option<AgentId> {
        let agent = self.find(&config.agent)?;
        let version = config.version.filter(|version| Some(*version) != agent.version)?;
        (!self.versions.read().contains_key(&(agent.id, version))).then_some(agent.id)
    }

    /// Looks up what each version of an agent is. A failure leaves it unknown.
    pub fn load_versions(self, agent: AgentId) {
        spawn_local(async move {
            if let Ok(page) = load_agent(agent).await {
                let versions = page.versions.into_iter();
                let versions = versions.map(|one| ((agent, one.version), one.definition));
                self.versions.try_update(|known| known.extend(versions));
            }
        });
    }

    /// The workflow as it would be published: what is known of the library's agents stands in the steps
    /// that name them, so that inputs and outputs have their types.
    pub fn fill_in(self, workflow: &Workflow) -> Cow<'_, Workflow> {
        let names_agent = |node: &Node| {
            let NodeConfig::Agent(config) = &node.data.config else { return false };
            !config.agent.is_empty()
        };
        if !workflow.nodes.iter().any(names_agent) {
            return Cow::Borrowed(workflow);
        }
        let mut filled = workflow.clone();
        for node in &mut filled.nodes {
            if let NodeConfig::Agent(config) = &mut node.data.config
                && let Some(known) = self.known(config)
            {
                config.frozen = Some(Box::new(known));
            }
        }
        Cow::Owned(filled)
    }

    /// What is known of the agent of the library that a step names.
    fn known(self, config: &Config) -> Option<FrozenAgent> {
        let agent = self.find(&config.agent)?;
        let version = config.version.or(agent.version)?;
        let definition = if agent.version == Some(version) {
            AgentDefinition {
                purpose: agent.purpose,
                inputs: agent.inputs,
                output: agent.output,
                ..AgentDefinition::default()
            }
        } else {
            self.versions.read().get(&(agent.id, version)).cloned()?
        };
        Some(FrozenAgent {
            id: Some(agent.id),
            name: agent.name,
            version,
            definition,
            tools: BTreeMap::new(),
            workflows: BTreeMap::new(),
        })
    }
}

/// Gives what is below the catalogue, and loads it once the page is alive. A failure leaves it empty:
/// steps keep the agents they name.
pub fn provide_agents() {
    let catalogue = AgentCatalogue::new(vec![]);
    provide_context(catalogue);
    Effect::new(move || {
        spawn_local(async move {
            if let Ok(agents) = list_agents().await {
                catalogue.agents.try_set(agents);
            }
        });
    });
}

/// The catalogue of the page; an empty one where there is none.
pub fn use_agents() -> AgentCatalogue {
    use_context().unwrap_or_else(|| AgentCatalogue::new(vec![]))
}

/// The agent's own picture, or else the icon of agents; its name stands beside it.
#[component]
pub fn AgentMark(
    /// An image of the library.
    picture: Option<ImageId>,
) -> impl IntoView {
    let mark = match picture {
        Some(picture) => {
            let src = routes::thumbnail(picture, ThumbnailSide::Small);
            view! { <img src=src alt="" loading="lazy" /> }.into_any()
        }
        None => view! { <Glyph icon=kind_icon(NodeKind::Agent.key()) /> }.into_any(),
    };
    view! { <span class="agent-mark">{mark}</span> }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::{
        panel::list_sources,
        validate::{Issue, validate},
    };
    use serde_json::json;

    use super::*;

    fn catalogue() -> AgentCatalogue {
        let agent = |number: u32, key: &str, input: &str, output: &str| {
            json!({
                "id": format!("018f0000-0000-7000-8000-00000000000{number}"),
                "key": key, "name": key.to_uppercase(), "purpose": "Works.", "version": 2,
                "is_system": false, "is_archived": false,
                "inputs": [{ "name": input, "type": { "shape": "one", "kind": "text" },
                    "required": true }],
                "output": { "format": output },
            })
        };
        let agents =
            json!([agent(1, "writer", "topic", "list"), agent(2, "critic", "text", "text")]);
        AgentCatalogue::new(serde_json::from_value(agents).unwrap())
    }

    /// Start, a writer, and a critic that is set up like this.
    fn workflow(critic: serde_json::Value) -> Workflow {
        let node = |id: &str, kind: &str, config: serde_json::Value| {
            json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 },
                "data": { "label": id, "config": config } })
        };
        let writer = json!({ "agent": "writer", "prompt": "x" });
        Workflow::from_value(&json!({
            "nodes": [
                node("start", "start", json!({})),
                node("writer", "agent", writer),
                node("critic", "agent", critic),
                node("end", "end", json!({})),
            ],
            "edges": [
                { "id": "1", "source": "start", "target": "writer" },
                { "id": "2", "source": "start", "target": "critic" },
                { "id": "3", "source": "critic", "target": "end" },
            ],
        }))
        .unwrap()
    }

    #[test]
    fn agents_are_found_by_key_id_and_words_and_a_slip_finds_its_agent() {
        Owner::new().with(|| {
            let agents = catalogue();
            let key = |agent: Option<AgentSummary>| agent.map(|agent| agent.key);

            assert_eq!(agents.search("CRIT works").len(), 1);
            assert_eq!(agents.search("").len(), 2);
            assert_eq!(key(agents.find(" writer ")).as_deref(), Some("writer"));
            let id = "018f0000-0000-7000-8000-000000000002";
            assert_eq!(key(agents.find(id)).as_deref(), Some("critic"));
            assert_eq!(key(agents.nearest("writter")).as_deref(), Some("writer"));
            assert_eq!(key(agents.nearest("writer")), None);
        });
    }

    #[test]
    fn a_step_by_an_agent_of_the_library_has_the_types_of_its_newest_version() {
        Owner::new().with(|| {
            let agents = catalogue();
            let drawn = workflow(json!({ "agent": "critic", "prompt": "x", "version": 2 }));
            let filled = agents.fill_in(&drawn);
            let critic = filled.node(&"critic".into()).unwrap();
            let input = agents.find("critic").unwrap().inputs.remove(0);

            let sources = list_sources(&filled, critic, &input);

            let done = sources.iter().find(|one| one.candidate.path == "nodes.writer.done");
            let done = done.unwrap();
            assert_eq!(done.candidate.port_type.to_string(), "list<text>");
            assert_eq!(done.connect, Some(("writer".into(), "done".to_owned())));
            let NodeConfig::Agent(config) = &drawn.node(&"critic".into()).unwrap().data.config
            else {
                panic!("not an agent")
            };
            assert_eq!(config.frozen, None, "the draft itself holds nothing frozen");
            let older = Config { version: Some(1), ..(**config).clone() };
            assert_eq!(agents.definition(&older), None);
            assert_eq!(agents.unknown_version(&older), Some(agents.find("critic").unwrap().id));
        });
    }

    #[test]
    fn what_an_input_of_the_librarys_agent_lacks_is_an_issue_of_the_draft() {
        Owner::new().with(|| {
            let agents = catalogue();
            let wrong = |critic: serde_json::Value| {
                let issues = validate(&agents.fill_in(&workflow(critic)));
                let fields = issues.into_iter().filter(Issue::blocks).filter_map(|one| one.field);
                fields.collect::<Vec<_>>()
            };
            let with = |inputs: serde_json::Value| {
                wrong(json!({ "agent": "critic", "prompt": "x", "inputs": inputs }))
            };

            assert!(with(json!({})).is_empty(), "it takes what comes in by the edge");
            assert_eq!(with(json!({ "tone": "warm" })), ["inputs.tone"]);
            assert_eq!(with(json!({ "text": "${nodes.writer.done}" })), ["inputs.text"]);
            assert!(with(json!({ "text": "Words" })).is_empty());
        });
    }
}
