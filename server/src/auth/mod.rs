//! Who asks: the session cookie or the bearer token, and the extractor that handlers name.

pub mod bearer;
pub mod caller;
pub mod cookie;
