//! The server `github`: repositories of a code host, under whatever name they are asked for.

mod changes;
mod failures;
mod issues;
mod pulls;
mod repository;
mod runs;
mod subjects;

use crate::tool::SampleTool;

/// The tools of this server.
pub fn tools() -> Vec<SampleTool> {
    let mut tools = issues::tools();
    tools.extend(pulls::tools());
    tools.extend(runs::tools());
    tools
}
