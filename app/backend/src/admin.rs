//! Maintenance: executions that do not go on by themselves, how long history is kept, storage, the
//! audit log.

model::admin_operations!(crate::area::area);
