//! Projects, which hold documents, images and executions.

model::projects_operations!(crate::area::area);
