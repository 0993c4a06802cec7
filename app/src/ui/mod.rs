//! The design system: parts that know nothing of workflows. Each file has its stylesheet of the
//! same name in style/parts. Props go down, callbacks come up; only `toast` puts a handle in context.

pub mod arrivals;
pub mod avatar;
pub mod badge;
pub mod button;
pub mod card;
pub mod choices;
pub mod dialog;
pub mod empty;
pub mod failure;
pub mod field;
pub mod format;
pub mod icon;
pub mod markdown;
pub mod menu;
pub mod outbox;
pub mod progress;
pub mod relative_time;
pub mod skeleton;
pub mod status;
pub mod table;
pub mod tabs;
pub mod toast;
pub mod tooltip;
pub mod versions;
pub mod windowed;
