//! What the engine does with executions, people and the world outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod accounts;
mod agent_library;
mod agents;
mod bad_input;
mod bad_output;
mod blobs;
mod brought;
mod campaign;
mod children;
mod commits;
mod controls;
mod fencing;
mod history_queries;
mod http;
mod images;
mod integrity_check;
mod launch_context;
mod launching;
mod library;
mod limits;
mod meetings;
mod migrations;
mod notices;
mod outside;
mod own_templates;
mod people;
mod presets;
mod queries;
mod read_only;
mod sample;
pub mod stub;
mod templates;
pub mod tool_calls;
mod tool_registry;
mod tool_servers;
mod tool_sign_in;
