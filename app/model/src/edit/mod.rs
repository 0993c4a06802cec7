//! Editing a workflow: commands with inverses, their history, and what a gesture means.
//!
//! [`apply()`] gives the command that undoes a change, to the same bytes, and refuses as a whole what
//! would leave an edge or a group dangling. A gesture becomes one [`Edit`] that its workflow is
//! sure to take.

mod actions;
mod apply;
mod clipboard;
mod command;
mod diff;
mod fix;
mod fresh;
mod history;
mod kept;
mod merge;
mod parts;
mod place;
mod refused;
mod rewrite;
mod side_summary;
mod structure;
mod touched;

pub use actions::{
    Align, Axis, EdgeEnd, Edit, Extracted, Link, Selection, Spot, add, add_connected, add_copy,
    add_first, add_inside, align, collapse, collapse_lane, connect, disconnect, distribute, enable,
    extract, feed, first_way, group, insert_new_on_edge, insert_on_edge, label_edge, last_way,
    link, make_room, name_parameter, nest, outermost_of, reconnect, remove, rename,
    rename_assigned, rename_parameter, shift, uncover, ungroup, with_agent, with_inner, with_tool,
};
pub use apply::apply;
pub use clipboard::{Incoming, Where, copy, duplicate, insert, paste};
pub use command::{Command, Placed};
pub use diff::{Difference, FieldDifference, What, diff};
pub use fix::fix;
pub use history::{Done, History, Joins, LIMIT, Mark};
pub use merge::{Conflict, Merged, merge};
pub use refused::Refused;
pub use side_summary::SideSummary;
pub use touched::Touched;
