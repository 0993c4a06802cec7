//! What is around every page, and what several pages share that knows the API: the frame with its
//! activity panel and palette, comments, images, budgets, forms that are sent, buttons that begin
//! something.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod action;
pub mod activity;
pub mod agent_form;
pub mod begin;
pub mod budget;
pub mod comments;
pub mod dialog_form;
pub mod form;
pub mod formatted_text;
pub mod layout;
pub mod palette;
pub mod pictures;
pub mod rows;
pub mod saved_chip;
pub mod sending;
mod side_panel;
pub mod switched_off;
pub mod template_stats;
