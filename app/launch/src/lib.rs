//! The launch form, made from a workflow's parameters. It is checked by the rule the server uses,
//! so what the page finds wrong is never sent.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

mod brought;
mod context;
mod earlier;
mod entry;
mod field;
mod form;
mod options;
mod page;
mod place;
mod planned;
mod presets;
mod preview;
mod problems;
mod saved;
mod sheet;
mod summary;

pub use brought::{Brought, BroughtFields, Library};
pub use context::{ContextFields, ContextForm};
pub use field::ParameterField;
pub use form::{Form, Group};
pub use page::LaunchRoute;
pub use planned::cost;
pub use presets::Presets;
pub use preview::FormPreview;
pub use problems::{PROBLEMS, ProblemList, Refusal};
pub use sheet::LaunchSheet;
