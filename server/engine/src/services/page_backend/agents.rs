//! What pages ask of the library of agents.

use backend::actor::Actor;
use model::{
    agent::library::{AgentForm, AgentPage, AgentSummary},
    agent_library::{
        form::ArchiveChange,
        listing::{AgentStock, ListedAgent},
        trial::AgentTrial,
    },
    api::templates::PublishRequest,
    id::AgentId,
    pages::Launched,
};

forward! {
    agents::Agents {
        fn offered_agents(actor: &Actor) -> Vec<AgentSummary>;
        fn list_agents(actor: &Actor) -> Vec<ListedAgent>;
        fn agent_page(actor: &Actor, id: AgentId) -> AgentPage;
        fn agent_stock(actor: &Actor) -> AgentStock;
        fn create_agent(actor: &Actor, form: AgentForm) -> AgentPage;
        fn save_agent(actor: &Actor, id: AgentId, form: AgentForm) -> AgentPage;
        fn duplicate_agent(actor: &Actor, id: AgentId) -> AgentPage;
        fn archive_agent(actor: &Actor, id: AgentId, change: ArchiveChange) -> AgentPage;
        fn publish_agent(actor: &Actor, id: AgentId, form: PublishRequest) -> AgentPage;
        fn restore_agent_version(actor: &Actor, id: AgentId, version: i32) -> AgentPage;
        fn try_agent(actor: &Actor, trial: AgentTrial) -> Launched;
    }
}
