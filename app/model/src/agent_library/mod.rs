//! The library of agents: how a form of one is checked, what its page offers, the agents that come
//! with Atelier, and trying one out.

pub mod form;
pub mod listing;
pub mod shipped;
pub mod trial;
