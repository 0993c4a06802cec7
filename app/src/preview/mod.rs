//! The preview of a template.

mod enabled;
mod example;
mod facts;
mod page;
mod steps;

pub use page::{Preview, PreviewPage};
