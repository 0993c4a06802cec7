//! A template to look at before using it.

mod example;
mod facts;
mod page;
mod steps;

pub use page::{Preview, PreviewPage};
