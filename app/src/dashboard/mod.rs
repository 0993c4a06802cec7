//! Home: what is under way, what was done lately.

mod lists;
mod month;
mod page;

pub use page::{Dashboard, HomePage};
