//! Authentication: the session cookie, the bearer token, and the extractors for handlers.

pub mod bearer;
pub mod caller;
pub mod cookie;
