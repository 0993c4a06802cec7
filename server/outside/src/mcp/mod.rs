//! The client of MCP servers: what the engine needs of the protocol, and the one implementation of
//! it over `rmcp`, which nothing outside of this module knows.

mod answer;
mod call;
pub mod client;
mod endpoint;
mod failure;
mod greeting;
mod handler;
pub mod hash;
mod http;
mod in_order;
mod inbox;
mod json_rpc;
mod limits;
mod listing;
pub mod oauth;
pub mod open_api;
pub mod operator;
pub mod port;
mod session;
mod sessions;
mod start_log;
mod stdio;
mod transport_failure;
