//! Server functions by subject, each at most 15 lines: authorise, call a service, map. They lie
//! under `/api/fn/<fixed name>` and take JSON: what a form without scripts can send is refused.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod account;
pub mod admin;
pub mod agents;
pub mod budgets;
pub mod builder;
pub mod call;
pub mod comments;
pub mod docs;
pub mod documents;
mod error;
pub mod executions;
pub mod html;
pub mod images;
pub mod members;
pub mod notices;
pub mod overview;
pub mod page;
pub mod password_links;
pub mod projects;
pub mod providers;
pub mod review_links;
pub mod reviews;
pub mod secrets;
#[cfg(feature = "ssr")]
pub mod server;
pub mod session;
pub mod templates;
pub mod tokens;
pub mod tools;
pub mod versions;
pub mod workspaces;

pub use error::ApiError;

/// Every operation that pages call.
#[cfg(feature = "ssr")]
pub fn operations() -> impl Iterator<Item = &'static call::Operation> {
    [
        account::OPERATIONS,
        admin::OPERATIONS,
        agents::OPERATIONS,
        budgets::OPERATIONS,
        builder::OPERATIONS,
        comments::OPERATIONS,
        documents::OPERATIONS,
        executions::OPERATIONS,
        images::OPERATIONS,
        members::OPERATIONS,
        notices::OPERATIONS,
        overview::OPERATIONS,
        password_links::OPERATIONS,
        projects::OPERATIONS,
        providers::OPERATIONS,
        review_links::OPERATIONS,
        reviews::OPERATIONS,
        secrets::OPERATIONS,
        templates::OPERATIONS,
        tokens::OPERATIONS,
        tools::OPERATIONS,
        versions::OPERATIONS,
        workspaces::OPERATIONS,
    ]
    .into_iter()
    .flatten()
}
