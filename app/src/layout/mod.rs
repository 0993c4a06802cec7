//! What is around every page: the frame of a workspace, themes, errors.

pub mod address;
mod admin;
pub mod brand;
pub mod breadcrumb;
mod commands;
pub mod error_page;
pub mod frame;
pub mod loaded;
pub mod parts;
pub mod rail;
pub mod session;
pub mod theme;
pub mod top_bar;
