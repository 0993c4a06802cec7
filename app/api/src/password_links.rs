//! Links by which members who have forgotten their password choose a new one.

model::password_links_operations!(crate::call::functions);
