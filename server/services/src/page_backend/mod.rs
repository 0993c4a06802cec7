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
        impl backend::$module::$area for crate::$module::$area {
            $(async fn $method(
                &self,
                $($argument: $kind),*
            ) -> Result<$answer, model::problem::Problem> {
                self.$method($($argument),*).await.map_err(store::error::EngineError::into_problem)
            })*
        }
    };
}

/// Implements the trait that an area's operations make for the service of the same path.
macro_rules! implement {
    ($field:ident $service:ident $operations:ident { $(
        $(#[doc = $says:literal])+
        $verb:ident $($path:literal)? $access:ident $page:ident = $method:ident(
            $($arg:ident: $kind:ty $(as $by:tt)?),* $(; $body:ident: $body_kind:ty $(as $body_by:tt)?)?
        ) -> $how:ident $($answer:ty)?;
    )* }) => {
        #[async_trait::async_trait]
        impl backend::$field::$operations for crate::$field::$service {
            $(async fn $method(
                &self,
                actor: &backend::actor::Actor,
                $($arg: $kind,)*
                $($body: $body_kind,)?
            ) -> Result<model::answer!($how $($answer)?), model::problem::Problem> {
                let answer = self.$method(actor, $($($by)? $arg,)* $($($body_by)? $body)?).await;
                answer.map_err(store::error::EngineError::into_problem)
            })*
        }
    };
}

model::account_operations!(implement);
model::admin_operations!(implement);
model::agents_operations!(implement);
model::budgets_operations!(implement);
model::comments_operations!(implement);
model::documents_operations!(implement);
model::drafts_operations!(implement);
model::executions_operations!(implement);
model::images_operations!(implement);
model::members_operations!(implement);
model::notices_operations!(implement);
model::overview_operations!(implement);
model::password_links_operations!(implement);
model::projects_operations!(implement);
model::providers_operations!(implement);
model::review_links_operations!(implement);
model::reviews_operations!(implement);
model::secrets_operations!(implement);
model::templates_operations!(implement);
model::tokens_operations!(implement);
model::tools_operations!(implement);
model::versions_operations!(implement);
model::workspaces_operations!(implement);

mod accounts;
mod artifacts;
mod drafts;
mod executions;
mod library;
mod members;
mod profile;
mod provider_access;
mod reviews;
mod templates;
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
