//! Agents: models that work on a task turn by turn and call tools on the way.
//!
//! What an agent is stands in its [`definition`], which a library keeps by versions and a workflow
//! freezes when it is published or launched. What it says and is told is its [`talk`].

pub mod approval;
pub mod definition;
pub mod library;
pub mod limits;
pub mod page;
pub mod streamed;
pub mod talk;
pub mod tool_names;
pub mod tools;
pub mod turn;
