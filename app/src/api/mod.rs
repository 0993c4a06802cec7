//! Server functions by subject, each at most 15 lines: authorise, call a service, map. Both the
//! browser and a form without scripts call them, under `/api/fn/<fixed name>`.

mod error;
pub mod executions;
pub mod page;
#[cfg(feature = "ssr")]
pub mod server;
pub mod session;

pub use error::ApiError;
