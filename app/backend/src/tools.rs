//! Servers of tools, and what has changed in their tools since workflows pinned them.

model::tools_operations!(crate::area::area);
