//! What pages ask of the server: one trait for each area, which the engine answers. Pages know
//! nothing of the engine, so that a change of it rebuilds none of them.

pub mod accounts;
pub mod actor;
pub mod admin;
pub mod agents;
mod area;
pub mod artifacts;
pub mod comments;
pub mod drafts;
pub mod executions;
pub mod key;
pub mod library;
pub mod members;
pub mod notices;
pub mod overview;
pub mod profile;
pub mod projects;
pub mod provider_access;
pub mod reviews;
pub mod templates;
pub mod tools;
pub mod workspaces;

use std::{fmt, sync::Arc};

use self::{
    accounts::Accounts, admin::AdminOperations, agents::AgentOperations, artifacts::Artifacts,
    comments::CommentOperations, drafts::Drafts, executions::Executions, library::Library,
    members::Members, notices::NoticeOperations, overview::OverviewOperations, profile::Profile,
    projects::ProjectOperations, provider_access::ProviderAccess, reviews::Reviews,
    templates::Templates, tools::ToolOperations, workspaces::Workspaces,
};

/// Every area that pages ask: cheap to clone.
#[derive(Clone)]
pub struct Backend {
    /// People: the first visit, signing in and out.
    pub accounts: Arc<dyn Accounts>,
    /// Maintenance: executions that do not go on by themselves.
    pub admin: Arc<dyn AdminOperations>,
    /// The library of agents.
    pub agents: Arc<dyn AgentOperations>,
    /// What executions made: read, compared, kept, restored.
    pub artifacts: Arc<dyn Artifacts>,
    /// Comments and mentions.
    pub comments: Arc<dyn CommentOperations>,
    /// The workflow editor: drafts, saved, arranged and tried out.
    pub drafts: Arc<dyn Drafts>,
    /// Executions: launched, watched, controlled.
    pub executions: Arc<dyn Executions>,
    /// Documents and images.
    pub library: Arc<dyn Library>,
    /// Members of a workspace, and invitations into it.
    pub members: Arc<dyn Members>,
    /// Notices by mail and to webhooks.
    pub notices: Arc<dyn NoticeOperations>,
    /// What goes on in a workspace: the dashboard, the activity panel, the search.
    pub overview: Arc<dyn OverviewOperations>,
    /// People's own accounts: name, address, picture, preferences, and their end.
    pub profile: Arc<dyn Profile>,
    /// Projects, which hold documents, images and executions.
    pub projects: Arc<dyn ProjectOperations>,
    /// Providers, prices and budgets of a workspace.
    pub provider_access: Arc<dyn ProviderAccess>,
    /// Reviews, questions about calls, and links to reviews.
    pub reviews: Arc<dyn Reviews>,
    /// Templates with their versions, launch forms and presets.
    pub templates: Arc<dyn Templates>,
    /// Servers of tools, and what has changed in their tools.
    pub tools: Arc<dyn ToolOperations>,
    /// Workspaces: made, gone into, renamed, archived and deleted.
    pub workspaces: Arc<dyn Workspaces>,
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Backend")
    }
}
