//! The operations of the library of agents.

/// The library of agents.
#[macro_export]
macro_rules! agents_operations {
    ($then:path) => {
        $then! { agents Agents AgentOperations {
            /// Lists published agents that steps can use by key or id, by name.
            GET "/agents/list" Read list_agents = offered_agents()
                -> all $crate::agent::library::AgentSummary;
            /// Lists all agents by name, including archived ones, with the workflows that use them;
            /// editors also see drafts.
            GET "/agents" Read load_agents_page = list_agents()
                -> all $crate::agent_library::listing::ListedAgent;
            /// Creates an agent as a draft.
            POST "/agents" EditTemplate create_agent =
                create_agent(; form: $crate::agent::library::AgentForm)
                -> made $crate::agent::library::AgentPage;
            /// Shows an agent with its draft, versions and uses; people who can't edit see the
            /// published version instead of the draft.
            GET "/agents/{id}" Read load_agent = agent_page(id: $crate::id::AgentId)
                -> one $crate::agent::library::AgentPage;
            /// Changes the draft; refused if it changed since the given revision.
            PUT "/agents/{id}" EditTemplate save_agent = save_agent(
                id: $crate::id::AgentId; form: $crate::agent::library::AgentForm)
                -> one $crate::agent::library::AgentPage;
            /// Copies an agent, including one that comes with Atelier, into a new draft.
            POST "/agents/{id}/duplicate" EditTemplate duplicate_agent =
                duplicate_agent(id: $crate::id::AgentId)
                -> made $crate::agent::library::AgentPage;
            /// Archives or restores an agent; workflows that pinned a version keep it.
            POST "/agents/{id}/archive" EditTemplate archive_agent = archive_agent(
                id: $crate::id::AgentId; change: $crate::agent_library::form::ArchiveChange)
                -> one $crate::agent::library::AgentPage;
            /// Publishes the draft as the next version.
            PAGE PublishTemplate publish_agent = publish_agent(
                id: $crate::id::AgentId, form: $crate::api::templates::PublishRequest)
                -> one $crate::agent::library::AgentPage;
            /// Replaces the draft with an earlier version; the published version stays until you
            /// publish.
            POST "/agents/{id}/versions/{version}/restore" EditTemplate restore_agent_version =
                restore_agent_version(id: $crate::id::AgentId, version: i32)
                -> one $crate::agent::library::AgentPage;
            /// What the form of an agent offers: models, workflows and pictures.
            PAGE Read load_agent_stock = agent_stock()
                -> one $crate::agent_library::listing::AgentStock;
            /// Asks an agent as it is described, saved or not, in an execution of its own.
            PAGE LaunchInline try_agent = try_agent(trial: $crate::agent_library::trial::AgentTrial)
                -> one $crate::pages::Launched;
        } }
    };
}
