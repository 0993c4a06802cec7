//! What is around every page: the frame of a workspace, themes, errors.

pub mod address;
pub mod brand;
pub mod breadcrumb;
mod commands;
pub mod error_page;
pub mod frame;
mod inbox_link;
mod other_workspace;
pub mod page_resource;
pub mod pagination;
mod preferences;
pub mod session;
pub mod settings_links;
pub mod sidebar;
pub mod switching;
pub mod theme;
pub mod top_bar;
mod workspace_menu;
pub mod workspace_tile;
