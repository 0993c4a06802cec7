//! Calls that leave the server: guarded HTTP, and what goes over it to providers of models, servers of
//! tools, sign-in providers and mail servers. Knows nothing of the database.

pub mod json;
mod lenient_base64;
pub mod mail;
pub mod mcp;
pub mod oidc;
pub mod outbound;
pub mod providers;
pub mod schema;
