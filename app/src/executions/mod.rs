//! The list of all executions of a workspace. Search words and filter stand in the address, so that
//! they survive a reload, can be shared, and work without scripts.

mod list;
mod list_query;
mod page;
mod selection;

pub use list::List;
pub use list_query::ListQuery;
pub use page::{ExecutionsPage, Toolbar};
pub use selection::Selection;
