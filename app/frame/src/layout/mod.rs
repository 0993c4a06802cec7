//! What is around every page: the frame of a workspace, themes, errors.

pub mod address;
mod admin;
pub mod brand;
pub mod breadcrumb;
mod commands;
pub mod error_page;
pub mod frame;
pub mod page_resource;
pub mod pagination;
pub mod session;
pub mod sidebar;
pub mod theme;
pub mod top_bar;
