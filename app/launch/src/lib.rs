//! The launch form, made from a workflow's parameters. It is checked by the rule the server uses,
//! so what the page finds wrong is never sent.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

mod brought;
mod context;
mod entry;
mod field;
mod filler;
mod form;
mod options;
mod problems;
mod saved;
mod sheet;
mod summary;

pub use brought::{Brought, BroughtFields, Library};
pub use context::{ContextFields, ContextForm};
pub use field::{FormPreview, ParameterField};
pub use filler::Presets;
pub use form::{Form, Group};
pub use problems::{PROBLEMS, ProblemList, Refusal};
pub use sheet::{LaunchRoute, LaunchSheet};
pub use summary::cost;
