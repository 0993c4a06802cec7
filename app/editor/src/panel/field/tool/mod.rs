//! A tool of a connected server: which one, its arguments, and what of its result is linked.

mod argument;
mod arguments;
mod links;
mod picker;

pub(super) use self::{arguments::ArgumentsWidget, links::LinksWidget, picker::ToolWidget};
