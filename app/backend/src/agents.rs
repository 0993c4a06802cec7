//! The library of agents.

model::agents_operations!(crate::area::area);
