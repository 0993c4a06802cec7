//! The launch form, made from a workflow's parameters. It is checked by the rule the server uses,
//! so what the page finds wrong is never sent.

mod brought;
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

pub(crate) use brought::{Brought, BroughtFields, Library};
pub(crate) use field::ParameterField;
pub(crate) use form::{Form, Group};
pub use page::LaunchRoute;
pub(crate) use planned::cost;
pub(crate) use presets::Presets;
pub use preview::FormPreview;
pub(crate) use problems::{PROBLEMS, ProblemList, Refusal};
pub use sheet::LaunchSheet;
