//! Tools of MCP servers: their names, definitions, and what a workflow has pinned of them.
//!
//! MCP is the Model Context Protocol, <https://modelcontextprotocol.io/specification>.

pub mod agent;
pub mod alias_set;
pub mod api;
pub mod arguments;
pub mod auth;
pub mod call;
pub mod changes;
pub mod drift;
pub mod form;
pub mod lock;
pub mod name;
pub mod page;
pub mod server;
pub mod tool;
