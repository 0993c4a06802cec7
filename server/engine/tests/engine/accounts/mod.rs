//! Who may come in, and who is kept out.

mod guessing;
mod people;
mod sessions;
mod set_up;
mod tenancy;
