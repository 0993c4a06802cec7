//! The tools of an agent: those that its frozen definition names, and no others.
//!
//! A call that a model asks for has a row (`store/calls/agent_calls.rs`) by its id in the talk. What has
//! its end there is told the model from there, by whoever takes the job over. Everything else is judged
//! before anything is called: its tool has to have been offered and to be what was pinned, its arguments have
//! to fit, and a person has to have approved exactly what is sent where the mode of the tool says so.
//! Words in a result change none of this: which tools there are, and which need a person, is not asked of
//! the model.

mod approval;
mod built_in;
mod judge;
mod mcp;
mod offer;
mod ours;
mod result;
mod round;
mod toolbox;
mod workflow;

pub use offer::find_edited_faults;
pub(super) use round::Acted;
pub(super) use toolbox::Toolbox;
