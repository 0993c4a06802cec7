//! Credentials of other services: what is kept of them, and that nothing of them ever comes out.

mod output;
mod over_rest;
mod providers;
