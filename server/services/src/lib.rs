//! The commands of the product, by area. Each takes an `Actor`, checks its permission, and writes
//! its changes and its audit entry in one transaction.
//!
//! Every area is a struct over the same [`ServiceContext`] with what it uses besides; whoever needs
//! one area asks for that one. Areas name each other in one direction only:
//!
//! | Area | may name |
//! |---|---|
//! | `comments`, `members`, `projects`, `tools`, `uploads` | no other area |
//! | `library` | `projects`, `uploads` |
//! | `templates` | `library` |
//! | `provider_access` | `templates`, `uploads` |
//! | `workspaces` | `agents`, `templates`, `uploads` |
//! | `accounts` | `workspaces` |
//! | `profile` | `accounts`, `uploads`, `workspaces` |
//! | `notices` | `accounts` |
//! | `executions` | `projects`, `templates`, `provider_access` |
//! | `agents` | `drafts`, `executions` |
//! | `artifacts`, `reviews` | `executions`, `library` |
//! | `drafts` | `executions`, `templates`, `library`, `tools` |
//! | `overview` | `reviews`, `templates`, `library` |
//! | `admin` | `agents`, `executions`, `templates`, `uploads`, `workspaces` |
//! | `page_backend` | every area: it answers what pages ask |

pub mod accounts;
pub mod admin;
pub mod agents;
pub mod archive;
pub mod artifacts;
mod audit;
pub mod comments;
pub mod context;
pub mod drafts;
pub mod executions;
pub mod library;
pub mod members;
pub mod notices;
pub mod overview;
mod page_backend;
pub mod password;
pub mod profile;
pub mod projects;
pub mod provider_access;
mod rate_limit;
pub mod reviews;
pub mod templates;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tools;
pub mod uploads;
pub mod workspaces;

use std::sync::Arc;

use sqlx::PgPool;

use self::{
    accounts::Accounts, admin::Admin, agents::Agents, artifacts::Artifacts, comments::Comments,
    context::ServiceContext, drafts::Drafts, executions::Executions, library::Library,
    members::Members, notices::Notices, overview::Overview, profile::Profile, projects::Projects,
    provider_access::ProviderAccess, reviews::Reviews, templates::Templates, tools::Tools,
    uploads::Uploads, workspaces::Workspaces,
};
use engine::deps::EngineDeps;

/// All areas of the services: cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The library of agents.
    pub agents: Agents,
    /// Executions: launched, watched, controlled.
    pub executions: Executions,
    /// What goes on in a workspace: the dashboard, the activity panel, the search.
    pub overview: Overview,
    /// What executions made: read, compared, kept, restored.
    pub artifacts: Artifacts,
    /// Comments on what the workspace has, and who is named in them.
    pub comments: Comments,
    /// Templates with their drafts, versions and presets.
    pub templates: Templates,
    /// The workflow editor.
    pub drafts: Drafts,
    /// Documents and images.
    pub library: Library,
    /// Projects, which hold documents, images and executions.
    pub projects: Projects,
    /// Files that wait for a launch.
    pub uploads: Uploads,
    /// Reviews, questions about calls, and links to reviews.
    pub reviews: Reviews,
    /// Members of a workspace, and invitations into it.
    pub members: Members,
    /// Notices by mail and to webhooks.
    pub notices: Notices,
    /// People: set-up, sessions, passwords, API tokens.
    pub accounts: Accounts,
    /// Workspaces: made, gone into, renamed, archived and deleted.
    pub workspaces: Workspaces,
    /// People's own accounts: name, address, picture, preferences, and their end.
    pub profile: Profile,
    /// Secrets, providers, prices and budgets.
    pub provider_access: ProviderAccess,
    /// Servers of tools, and what has changed in their tools.
    pub tools: Tools,
    /// Maintenance of the instance.
    pub admin: Admin,
    ctx: Arc<ServiceContext>,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Services")
    }
}

impl Services {
    /// Services over a migrated database.
    pub fn new(pool: PgPool, deps: EngineDeps) -> Self {
        Self::with_context(ServiceContext::new(pool, deps))
    }

    /// Services over this context, with empty caches.
    pub fn with_context(context: ServiceContext) -> Self {
        let ctx = Arc::new(context);
        let accounts = Accounts::new(ctx.clone());
        let library = Library { ctx: ctx.clone() };
        let templates = Templates { ctx: ctx.clone() };
        let executions = Executions::new(ctx.clone());
        let reviews =
            Reviews { ctx: ctx.clone(), executions: executions.clone(), library: library.clone() };
        Self {
            agents: Agents { ctx: ctx.clone(), executions: executions.clone() },
            overview: Overview {
                ctx: ctx.clone(),
                reviews: reviews.clone(),
                templates: templates.clone(),
            },
            comments: Comments { ctx: ctx.clone() },
            artifacts: Artifacts { ctx: ctx.clone(), library: library.clone() },
            drafts: Drafts {
                ctx: ctx.clone(),
                executions: executions.clone(),
                templates: templates.clone(),
            },
            projects: Projects { ctx: ctx.clone() },
            uploads: Uploads { ctx: ctx.clone() },
            members: Members { ctx: ctx.clone() },
            notices: Notices { ctx: ctx.clone() },
            profile: Profile { ctx: ctx.clone(), accounts: accounts.clone() },
            accounts,
            workspaces: Workspaces { ctx: ctx.clone() },
            provider_access: ProviderAccess { ctx: ctx.clone() },
            tools: Tools { ctx: ctx.clone() },
            admin: Admin::new(ctx.clone()),
            executions,
            templates,
            library,
            reviews,
            ctx,
        }
    }

    /// What all areas are built from: the database, the engine and its dependencies.
    pub fn context(&self) -> &ServiceContext {
        &self.ctx
    }
}
