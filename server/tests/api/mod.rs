//! The server over HTTP, all in one executable: each more of them is a third of a gigabyte to link.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod access;
mod agents;
mod aliases;
mod audit;
mod auth;
mod bad_input;
mod builder;
mod comments;
mod controls;
mod executions;
mod formats;
mod headers;
mod library;
mod maintenance;
mod members;
mod oidc;
mod openapi;
mod operator_only;
mod overview;
mod pages;
mod proxies;
mod reviews;
mod sandbox;
mod search;
mod secrets;
mod stream;
mod support;
mod templates;
mod tenancy;
mod tokens;
mod tools;
mod uploads;
mod workspaces;
