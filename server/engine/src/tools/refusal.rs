//! Why a tool cannot be called.

use outside::mcp::port::McpError;
use store::error::EngineError;

/// Something that a person has to put right before a tool can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolRefusal {
    /// Stable machine code.
    pub code: &'static str,
    /// What is wrong and what to do, in sentences.
    pub words: String,
}

impl ToolRefusal {
    pub fn new(code: &'static str, words: impl Into<String>) -> Self {
        Self { code, words: words.into() }
    }
}

/// Why a tool cannot be called now.
#[derive(Debug)]
pub enum Unresolved {
    /// A person has to change something.
    Refused(ToolRefusal),
    /// The server could not be asked for its tools.
    Server(McpError),
    /// Our side failed; a later attempt may work.
    Ours(EngineError),
}

impl From<ToolRefusal> for Unresolved {
    fn from(refusal: ToolRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<EngineError> for Unresolved {
    fn from(error: EngineError) -> Self {
        Self::Ours(error)
    }
}
