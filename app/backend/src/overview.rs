//! What goes on in a workspace: the dashboard, the activity panel, the search.

model::overview_operations!(crate::area::area);
