//! Many executions at once: the dashboard, the history, what is under way, commands to several.

mod home;
mod list;
mod several;
mod under_way;
