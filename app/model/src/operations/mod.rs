//! The operations that pages and programs both call, each declared once. An area's list is a macro that
//! hands it to another macro: `backend` makes the area's trait of it, the engine implements that by its
//! service, `api` makes the functions that pages call, and the server the routes of the REST API with
//! their entries in its description. A list begins with the area, its service and the trait that is made
//! of it. A line of it, with the sentence of the reference:
//!
//! ```text
//! /// Renames, archives or restores a project; absent fields don't change.
//! PUT "/projects/{id}" EditProject change_project = change_project(id: ProjectId; change: ProjectChange) -> one ProjectRow;
//! ```
//!
//! - The method and the path below `/api/v1`; `PAGE` without a path is of pages alone.
//! - The [permission](crate::access::Permission) that it needs; whoever has it may call it.
//! - The function that pages call, at `/api/fn/<name>`, and the method of the service.
//! - Arguments: those of the path in its order, and behind `;` the body, with GET the query. `as &`:
//!   the service borrows it.
//! - What comes back: `one` value, `all` values of a list, what was `made`, or that it is `done`.

mod account;
mod admin;
mod agents;
mod budgets;
mod comments;
mod documents;
mod drafts;
mod executions;
mod images;
mod members;
mod notices;
mod overview;
mod password_links;
mod projects;
mod providers;
mod review_links;
mod reviews;
mod secrets;
mod templates;
mod tokens;
mod tools;
mod versions;
mod workspaces;

/// The type that an operation gives.
#[macro_export]
macro_rules! answer {
    (all $kind:ty) => { Vec<$kind> };
    (done) => { () };
    ($how:ident $kind:ty) => { $kind };
}
