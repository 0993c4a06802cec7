//! The audit log, for admins.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::{
        audit::{AuditFilter, AuditRow},
        listing::{Page, PageRequest},
    },
    pages::PersonName,
};
use store::{
    audit,
    error::{Doing, Result},
    page_query::PageQuery,
};

use super::Admin;

impl Admin {
    /// A page of the workspace's audit log, narrowed by the filter, the latest first.
    ///
    /// # Errors
    /// A limit out of bounds, or a cursor that is not of this list.
    pub async fn audit_page(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        asked: &PageRequest,
    ) -> Result<Page<AuditRow>> {
        actor.require(Permission::ReadAudit)?;
        let page = PageQuery::from_request(asked)?;
        // PostgreSQL stores no text with a NUL, so no subject has one.
        if filter.subject.as_ref().is_some_and(|subject| subject.contains('\0')) {
            return Ok(Page { items: vec![], next_cursor: None });
        }
        let tx = store::begin_planned_each_time(&self.ctx.pool).await;
        let mut tx = tx.doing("reading the audit log")?;
        let page = audit::list(&mut tx, actor.workspace, filter, page).await?;
        tx.commit().await.doing("reading the audit log")?;
        Ok(page)
    }

    /// Everybody who is in the workspace's audit log, to choose one from.
    pub async fn audit_people(&self, actor: &Actor) -> Result<Vec<PersonName>> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ReadAudit, "reading the audit log").await?;
        audit::list_people(&mut conn, actor.workspace).await
    }
}
