//! Servers of tools: the page of the settings, and what the editor offers.

model::tools_operations!(crate::call::functions);
