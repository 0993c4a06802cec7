//! The binary `atelier`: HTTP, sign-in, configuration, embedded PostgreSQL, command line.

// Each page is one deeply nested type; the trait solver needs the room.
#![recursion_limit = "1024"]

mod auth;
mod blobs;
mod boot;
pub mod cli;
pub mod config;
mod connections;
mod database;
pub mod deps;
mod doctor;
pub mod embedded_pg;
mod error;
pub mod http;
mod log;
mod pages;
pub mod public_origin;
pub mod recent_events;
pub mod rest;
pub mod router;
mod run_file;
mod sample_tools;
mod sandbox_child;
mod serve;
pub mod server_fns;
pub mod state;
pub mod stream_limiter;
