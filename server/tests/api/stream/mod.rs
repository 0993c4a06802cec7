//! The stream of events: who loses it comes back to all of it, and who does not read it costs nothing.

mod access;
mod drafting;
mod process;
mod readers;
mod slow;
mod socket;
mod workspace;
