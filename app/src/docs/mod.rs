//! The documentation, for anybody who opens it: signed in or not.

mod page;

pub use page::{Docs, DocsRoute};
