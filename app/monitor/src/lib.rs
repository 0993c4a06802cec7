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
mod decision;
mod dock;
mod edit;
mod estimate;
mod event_text;
mod excerpt;
mod external_refs;
mod from_here;
mod graph;
mod header;
mod live;
mod node_actions;
mod outputs;
pub mod page;
mod panel;
mod price;
mod readable_stream;
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
mod text_stream;
mod time_travel;
mod values;
mod versions;

pub use connection::follow_execution;
pub use controls::Controls;
pub use cost::{BillMeter, whole_bill};
pub use decision::NodeDecision;
pub use dock::brought::{BroughtDocuments, BroughtFiles};
pub use event_text::artifact::made_by;
pub use node_actions::NodeActions;
pub use panel::{Attempts, Failed, Input, Output};
pub use price::price;
pub use rounds::gather_rounds;
pub use shown::{cards::run_on_card, edges::edge_state};
pub use status::{status_of, view_status};
pub use store::ExecutionStore;
pub use values::launched_value;
