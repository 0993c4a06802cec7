//! Who is there and what they did: accounts, sessions, tokens, the audit log.

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod instance;
pub mod sessions;
pub mod tokens;
