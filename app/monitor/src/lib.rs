//! The live monitor: one execution as it runs. The pure parts (folding news, joining text, the
//! estimate, the timeline, the sentences) stand beside the components that show them. The
//! decisions of people, which the monitor shows too, are in `reviews`.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

mod again;
mod ai_review;
mod answers;
mod connection;
mod controls;
mod cost;
mod dock;
mod edit;
mod event_text;
mod files;
mod graph;
mod node_actions;
mod outputs;
pub mod page;
mod panel;
mod price;
mod redo;
mod relations;
#[cfg(test)]
mod rendered;
pub mod reviews;
mod rounds;
#[cfg(test)]
mod sample;
mod shown;
mod split;
mod status;
mod store;
mod stream_events;
mod time_travel;
mod values;
mod versions;

pub use connection::follow_execution;
pub use controls::Controls;
pub use cost::{BillMeter, whole_bill};
pub use dock::links::BroughtDocuments;
pub use event_text::sentence::made_by;
pub use files::BroughtFiles;
pub use graph::edge_state;
pub use node_actions::NodeActions;
pub use outputs::SampleMark;
pub use panel::{Attempts, Failed, Input, Output, question::NodeDecision};
pub use price::price;
pub use rounds::gather_rounds;
pub use shown::cards::run_on_card;
pub use status::{status_of, view_status};
pub use store::ExecutionStore;
pub use values::launched_value;
