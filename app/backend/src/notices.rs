//! Notices by mail and to webhooks, as admins see and set them.

model::notices_operations!(crate::area::area);
