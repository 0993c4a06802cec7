//! A tool of a connected server: which one, and its arguments.

mod arguments;
mod picker;

pub(super) use self::{arguments::arguments, picker::tool};
