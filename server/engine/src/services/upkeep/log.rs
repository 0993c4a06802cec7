//! Who did what.

use model::{
    access::Permission,
    api::{
        audit::AuditRow,
        listing::{Page, PageRequest},
    },
};

use crate::{
    error::{Doing, Result},
    services::{Services, actor::Actor},
    store::{audit, slice::Slice},
};

impl Services {
    /// A part of the audit log of the workspace, or of what was done to one thing in it, the latest
    /// first.
    ///
    /// # Errors
    /// A limit or cursor that does not fit.
    pub async fn audit_page(
        &self,
        actor: &Actor,
        subject: Option<&str>,
        asked: &PageRequest,
    ) -> Result<Page<AuditRow>> {
        actor.require(Permission::ReadAudit)?;
        let slice = Slice::asked(asked)?;
        // Nothing is called so, and the database takes no such text.
        if subject.is_some_and(|subject| subject.contains('\0')) {
            return Ok(Page { items: vec![], next_cursor: None });
        }
        let mut conn = self.pool.acquire().await.doing("reading the audit log")?;
        audit::lines(&mut conn, actor.workspace, subject, slice).await
    }
}
