//! Every execution of a workspace. What is searched and narrowed stands in the address, so that it
//! survives a reload, can be shared, and works without scripts.

mod answers;
mod asked;
mod choice;
mod list;
mod page;
mod row;
mod toolbar;

pub use asked::Asked;
pub use choice::Chosen;
pub use list::List;
pub use page::HistoryPage;
pub use toolbar::Toolbar;
