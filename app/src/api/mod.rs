//! Server functions by subject, each at most 15 lines: authorise, call a service, map. Both the
//! browser and a form without scripts call them, under `/api/fn/<fixed name>`.

pub mod dashboard;
pub mod documents;
mod error;
pub mod executions;
pub mod html;
pub mod page;
#[cfg(feature = "ssr")]
pub mod server;
pub mod session;
pub mod templates;

pub use error::ApiError;
