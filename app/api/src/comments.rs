//! Comments on templates, documents, executions and reviews, and who is named in them.

model::comments_operations!(crate::call::functions);
