//! Home: what is under way, what was done lately.

mod active;
mod page;
mod recent;
mod status;
mod waiting;
mod welcome;

pub use page::{Dashboard, HomePage};
