//! The sample: a server of tools (MCP) with invented data, for workflows that have no real one yet.
//!
//! It answers under three names, `github`, `deploy` and `observability`, with every tool that the
//! engineering templates call. What is read is derived from the question alone: any owner, repository
//! and number has an answer, the same one each time, and nothing that anybody sends is kept. Only the
//! numbers of new things count up, and a repeated call gets the number that it got before. Every
//! answer says so itself: `sample` is true in its `_meta`.

mod arguments;
mod deploy;
mod github;
mod handler;
mod invent;
mod numbers;
mod observability;
mod serve;
mod server;
mod tool;
mod tools;

pub use handler::IDEMPOTENCY_META;
pub use serve::{serve_http, serve_stdio, serve_stream};
pub use server::SampleServer;
