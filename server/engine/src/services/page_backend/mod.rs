//! Answers what pages ask by the services: each area implements its trait of `backend` by its own
//! methods of the same names. An error becomes the problem that a person reads; an internal cause is
//! logged then.

use std::sync::Arc;

use backend::Backend;

use super::Services;

/// Implements the trait `backend::<module>::<Area>` for the area of the same path in the services.
macro_rules! forward {
    ($module:ident::$area:ident {
        $(fn $method:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*
    }) => {
        #[async_trait::async_trait]
        impl backend::$module::$area for crate::services::$module::$area {
            $(async fn $method(
                &self,
                $($argument: $kind),*
            ) -> Result<$answer, model::problem::Problem> {
                self.$method($($argument),*).await.map_err(store::error::EngineError::into_problem)
            })*
        }
    };
}

mod accounts;
mod admin;
mod agents;
mod artifacts;
mod comments;
mod drafts;
mod executions;
mod library;
mod members;
mod notices;
mod overview;
mod profile;
mod projects;
mod provider_access;
mod reviews;
mod templates;
mod tools;
mod workspaces;

impl Services {
    /// The services as pages ask them.
    pub fn backend(&self) -> Backend {
        Backend {
            accounts: Arc::new(self.accounts.clone()),
            admin: Arc::new(self.admin.clone()),
            agents: Arc::new(self.agents.clone()),
            artifacts: Arc::new(self.artifacts.clone()),
            comments: Arc::new(self.comments.clone()),
            drafts: Arc::new(self.drafts.clone()),
            executions: Arc::new(self.executions.clone()),
            library: Arc::new(self.library.clone()),
            members: Arc::new(self.members.clone()),
            notices: Arc::new(self.notices.clone()),
            overview: Arc::new(self.overview.clone()),
            profile: Arc::new(self.profile.clone()),
            projects: Arc::new(self.projects.clone()),
            provider_access: Arc::new(self.provider_access.clone()),
            reviews: Arc::new(self.reviews.clone()),
            templates: Arc::new(self.templates.clone()),
            tools: Arc::new(self.tools.clone()),
            workspaces: Arc::new(self.workspaces.clone()),
        }
    }
}
