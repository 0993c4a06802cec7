//! The preview of a template.

mod enabled;
mod example;
mod facts;
mod page;
mod steps;

pub use example::Example;
pub use page::{Preview, PreviewPage};
pub use steps::Steps;
