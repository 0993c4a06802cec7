//! Maintenance of a long-lived instance: retention of history, garbage collection, the doctor, the
//! audit log.

mod audit_chain;
mod audit_log;
pub mod doctor;
mod garbage;
mod history;
pub mod integrity_check;
pub mod moving;
mod release;
mod storage;
mod stuck;
mod unread;

use std::{sync::Arc, time::Instant};

use tokio::sync::Mutex;

use super::context::ServiceContext;

/// When the disk was looked at last, and why it took nothing; none where it did.
type DiskCheck = (Instant, Option<String>);

/// Maintenance, for admins and for the process itself.
#[derive(Clone)]
pub struct Admin {
    ctx: Arc<ServiceContext>,
    disk: Arc<Mutex<Option<DiskCheck>>>,
}

impl Admin {
    pub(super) fn new(ctx: Arc<ServiceContext>) -> Self {
        Self { ctx, disk: Arc::default() }
    }
}
