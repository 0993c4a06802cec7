//! How a workflow names a tool: `server.toolName`.

use std::fmt;

use crate::text::name::is_name;

/// The server of the agent verbs (`agent.analyze`), which Atelier answers itself with a model.
pub const AGENT_SERVER: &str = "agent";

/// A tool by its server and its own name, written `server.toolName`: the server matches
/// `^[a-z][a-z0-9_]*$`, the tool `^[a-zA-Z][a-zA-Z0-9_]*$`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolName<'a> {
    /// The server's name.
    pub server: &'a str,
    /// The tool's name at that server, or an alias of one.
    pub tool: &'a str,
}

impl<'a> ToolName<'a> {
    /// Reads a name; none where the text is none.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (server, tool) = text.split_once('.')?;
        (is_name(server) && is_tool_name(tool)).then_some(Self { server, tool })
    }

    /// Whether a model answers for it instead of a server.
    pub fn is_agent_verb(self) -> bool {
        self.server == AGENT_SERVER
    }
}

/// Whether a tool may be called so after the full stop: `^[a-zA-Z][a-zA-Z0-9_]*$`.
pub fn is_tool_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

impl fmt::Display for ToolName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.server, self.tool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_named_by_its_server_and_its_own_name() {
        let name = ToolName::parse("github.getIssue").map(|name| (name.server, name.tool));
        assert_eq!(name, Some(("github", "getIssue")));
        for text in
            ["getIssue", "Github.getIssue", "github.", "github.get-issue", "github.get.issue", ".x"]
        {
            assert_eq!(ToolName::parse(text), None, "{text}");
        }
        assert!(ToolName::parse("agent.analyze").is_some_and(ToolName::is_agent_verb));
    }
}
