//! The binary `atelier`: HTTP, sign-in, configuration, embedded PostgreSQL, command line.

// The pages are one type each, and deep ones.
#![recursion_limit = "1024"]

pub mod auth;
pub mod blobs;
pub mod boot;
pub mod cli;
pub mod config;
pub mod database;
mod doctor;
pub mod embedded_pg;
pub mod error;
pub mod functions;
pub mod http;
pub mod log;
pub mod pages;
pub mod parts;
pub mod places;
pub mod read_file;
pub mod rest;
pub mod router;
pub mod serve;
pub mod site;
pub mod state;
pub mod tails;
