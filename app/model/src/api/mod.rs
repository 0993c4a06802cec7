//! What programs outside send and get over REST, where it is not what pages show.

pub mod account;
pub mod audit;
pub mod check;
pub mod compare;
pub mod documents;
pub mod executions;
pub mod history;
pub mod lineage;
pub mod listing;
pub mod members;
pub mod presets;
pub mod projects;
pub mod review_links;
pub mod reviews;
pub mod shape;
pub mod templates;
pub mod texts;
pub mod workspaces;
