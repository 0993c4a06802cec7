//! The live monitor: one execution as it runs. The pure parts (folding news, joining text, the
//! estimate, the timeline, the sentences) stand beside the components that show them.

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
mod from_here;
mod graph;
mod header;
mod node_actions;
mod outputs;
pub mod page;
mod panel;
mod price;
mod relations;
#[cfg(test)]
mod rendered;
mod rounds;
#[cfg(test)]
mod sample;
mod shown;
mod status;
mod store;
mod stream_events;
mod text_stream;
mod time_travel;
mod versions;

pub(crate) use connection::follow_execution;
pub(crate) use controls::Controls;
pub(crate) use cost::{BillMeter, whole_bill};
pub(crate) use decision::NodeDecision;
pub(crate) use dock::brought::{BroughtDocuments, BroughtFiles};
pub(crate) use event_text::artifact::made_by;
pub(crate) use node_actions::NodeActions;
pub(crate) use panel::{Attempts, Failed, Input, Output, launched_value};
pub(crate) use price::price;
pub(crate) use rounds::gather_rounds;
pub(crate) use shown::{cards::run_on_card, edges::edge_state};
pub(crate) use status::{status_of, view_status};
pub(crate) use store::ExecutionStore;
