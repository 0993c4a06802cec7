//! The live monitor: one execution as it runs. The pure parts (folding news, joining text, the
//! estimate, the timeline, the sentences) stand beside the components that show them.

mod again;
mod bill;
mod connection;
mod controls;
mod decision;
mod dock;
mod edit;
mod estimate;
mod from_here;
mod header;
mod kin;
mod made;
mod news;
pub mod page;
mod panel;
mod past;
mod picture;
mod pieces;
#[cfg(test)]
mod rendered;
mod rounds;
#[cfg(test)]
mod sample;
mod shown;
mod steer;
mod store;
mod verdict;
mod versions;
mod words;

pub(crate) use bill::{BillMeter, price, whole_bill};
pub(crate) use connection::follow_execution;
pub(crate) use controls::Controls;
pub(crate) use decision::NodeDecision;
pub(crate) use dock::brought::{BroughtDocuments, BroughtFiles};
pub(crate) use panel::{Attempts, Failed, Input, Output, launched_value};
pub(crate) use picture::{status_of, view_status};
pub(crate) use rounds::gathered;
pub(crate) use shown::{cards::run_on_card, edges::edge_state};
pub(crate) use steer::NodeActions;
pub(crate) use store::ExecutionStore;
pub(crate) use words::sentence::made_by;
