//! The launch form, made from a workflow's parameters. It is checked by the rule the server uses,
//! so what the page finds wrong is never sent.

mod brought;
mod entry;
mod field;
mod form;
mod options;
mod page;
mod planned;
mod presets;
mod preview;
mod problems;
mod sheet;
mod summary;

pub use page::LaunchRoute;
pub use preview::FormPreview;
pub use sheet::LaunchSheet;
