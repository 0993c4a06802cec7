//! How a workflow names a tool: `server.toolName`.

use std::fmt;

use crate::text::name::is_name;

/// The server of the agent verbs (`agent.analyze`), which Atelier answers itself with a model.
pub const AGENT_SERVER: &str = "agent";

/// A tool by its server and its own name, written `server.toolName`: the server matches
/// `^[a-z][a-z0-9_]*$`, the tool `^[a-zA-Z0-9_][a-zA-Z0-9_./-]*$`, as servers write theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolName<'a> {
    /// The server's name.
    pub server: &'a str,
    /// The tool's name at that server, or an alias of one.
    pub tool: &'a str,
}

impl<'a> ToolName<'a> {
    pub fn parse(text: &'a str) -> Option<Self> {
        let (server, tool) = text.split_once('.')?;
        (is_name(server) && is_tool_name(tool)).then_some(Self { server, tool })
    }

    /// Whether a model answers for it instead of a server.
    pub fn is_agent_verb(self) -> bool {
        self.server == AGENT_SERVER
    }
}

/// Whether a tool may be called so after the full stop: `^[a-zA-Z0-9_][a-zA-Z0-9_./-]*$`.
pub fn is_tool_name(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut letters = text.chars();
    letters.next().is_some_and(is_plain)
        && letters.all(|letter| is_plain(letter) || matches!(letter, '.' | '/' | '-'))
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
        for text in ["getIssue", "Github.getIssue", "git-hub.get", "github.", "github.a b", ".x"] {
            assert_eq!(ToolName::parse(text), None, "{text}");
        }
        for tool in ["get-issue", "get.issue", "admin/users.list", "2fa_check", "_private"] {
            let text = format!("github.{tool}");
            assert_eq!(ToolName::parse(&text).map(|name| name.tool), Some(tool));
        }
        assert!(ToolName::parse("agent.analyze").is_some_and(ToolName::is_agent_verb));
    }
}
