//! Maintenance of a long-lived instance: retention of history, garbage collection, the doctor, the
//! audit log.

mod audit_chain;
mod audit_log;
pub mod doctor;
mod garbage;
mod history;
pub mod integrity_check;
mod leftovers;
pub mod moving;
mod release;
mod storage;
mod stuck;
mod unread;

use std::sync::Arc;

use super::context::ServiceContext;

/// Maintenance, for admins and for the process itself.
#[derive(Clone)]
pub struct Admin {
    context: Arc<ServiceContext>,
}

impl Admin {
    pub(super) fn new(context: Arc<ServiceContext>) -> Self {
        Self { context }
    }
}
