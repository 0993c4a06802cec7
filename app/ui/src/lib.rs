//! The design system: components that know nothing of workflows. Their stylesheets lie in
//! style/parts, named by their CSS classes. Props go down, callbacks come up; only `toast` puts a
//! handle in context.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod avatar;
pub mod badge;
pub mod button;
pub mod card;
pub mod combobox;
pub mod copy;
pub mod dialog;
pub mod empty;
pub mod failure;
pub mod field;
pub mod format;
pub mod icon;
pub mod json;
pub mod markdown;
pub mod menu;
pub mod progress;
pub mod raw_text;
pub mod relative_time;
pub mod skeleton;
pub mod status;
pub mod table;
pub mod tabs;
pub mod toast;
pub mod tooltip;
pub mod upload_refresh;
pub mod uploads;
pub mod versions;
pub mod virtual_list;
