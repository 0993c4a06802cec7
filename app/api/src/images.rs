//! Images of the library and on documents.

model::images_operations!(crate::call::functions);
