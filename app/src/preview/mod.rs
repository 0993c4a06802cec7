//! The preview of a template.

mod example;
mod facts;
mod page;
mod steps;

pub use page::{Preview, PreviewPage};
