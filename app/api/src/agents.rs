//! The library of agents: the pages of the settings, and what the editor offers.

model::agents_operations!(crate::call::functions);
