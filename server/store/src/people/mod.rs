//! Who is there and what they did: accounts, members, invitations, sessions, tokens, the audit log.

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod instance;
pub mod invitations;
pub mod members;
pub mod oidc;
pub mod password_links;
pub mod profile;
pub mod sessions;
pub mod tokens;
pub mod workspaces;
