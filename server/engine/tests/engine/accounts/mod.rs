//! Who may come in, and who is kept out.

mod audit;
mod comments;
mod guessing;
mod invitations;
mod members;
mod password_links;
pub mod people;
mod profile;
mod sessions;
mod set_up;
mod tenancy;
mod workspaces;
