//! The audit log, for admins.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::{
        audit::AuditRow,
        listing::{Page, PageRequest},
    },
};

use super::Admin;
use crate::{
    error::{Doing, Result},
    store::{audit, page_query::PageQuery},
};

impl Admin {
    /// A page of the workspace's audit log, or of the entries about one subject, the latest first.
    ///
    /// # Errors
    /// A limit out of bounds, or a cursor that is not of this list.
    pub async fn audit_page(
        &self,
        actor: &Actor,
        subject: Option<&str>,
        asked: &PageRequest,
    ) -> Result<Page<AuditRow>> {
        actor.require(Permission::ReadAudit)?;
        let page = PageQuery::from_request(asked)?;
        // PostgreSQL stores no text with a NUL, so no subject has one.
        if subject.is_some_and(|subject| subject.contains('\0')) {
            return Ok(Page { items: vec![], next_cursor: None });
        }
        let mut conn = self.context.pool.acquire().await.doing("reading the audit log")?;
        audit::list(&mut conn, actor.workspace, subject, page).await
    }
}
