//! Home: what is under way, what was done lately.

mod active;
mod failures;
mod month;
mod page;
mod recent;
mod templates;
mod waiting;
mod welcome;

pub use page::{Dashboard, HomePage};
