//! Who may come in, and who is kept out.

mod audit;
mod guessing;
mod invitations;
mod members;
mod password_links;
mod people;
mod profile;
mod sessions;
mod set_up;
mod tenancy;
mod workspaces;
