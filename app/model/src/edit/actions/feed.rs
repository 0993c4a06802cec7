//! What a step reads of another one that may not be connected yet.

use super::{Edit, Link, Selection, add::Steps, node};
use crate::{
    edit::{Command, Refused},
    workflow::{NodeData, Workflow},
};

/// Gives the node that a connection leads to this data, which reads what the connection brings, and
/// draws the connection where it is not there: only what comes before can be read.
///
/// # Errors
/// Why it cannot be drawn.
pub fn feed(workflow: &Workflow, wanted: &Link, data: NodeData) -> Result<Edit, Refused> {
    let title = node(workflow, &wanted.target)?.title().to_owned();
    let mut steps = Steps::new(workflow);
    match steps.connect(wanted) {
        Ok(()) | Err(Refused::Drawn { .. }) => {}
        Err(why) => return Err(why),
    }
    steps.then(Command::Change(wanted.target.clone(), Box::new(data)))?;
    let select = Selection::from_nodes([wanted.target.clone()]);
    Edit::new(workflow, steps.command(), format!("change {title}"), select)
}
