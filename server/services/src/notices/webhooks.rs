//! Webhooks: set up, changed, tried out and deleted by admins.
//!
//! The address and the key are sealed together; the key is shown once, when it is made.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    id::{DeliveryId, WebhookId, WorkspaceId},
    notice::{
        message,
        webhook::{MOST_WEBHOOKS, NewWebhook, WebhookForm, WebhookKind},
    },
    problem::{FieldProblem, Problem},
    time::Timestamp,
};
use store::{
    audit,
    error::{EngineError, Result},
    notices::webhooks::{self as stored, FoundWebhook, WebhookRow, place},
};
use url::Url;
use uuid::Uuid;
use vault::{Sealed, secret::Secret};

use super::{
    Notices,
    webhook_call::{self, WebhookAccess, WebhookNews},
};
use crate::context::OrNotFound;
use serde_json::json;

impl Notices {
    /// Sets a webhook up.
    ///
    /// # Errors
    /// An address that is none, or that may not be called; a name that is taken; too many.
    pub async fn add_webhook(&self, actor: &Actor, form: WebhookForm) -> Result<NewWebhook> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageWorkspace, "setting a webhook up").await?;
        let form = form.checked()?;
        let url = form.url.clone().ok_or_else(|| refused("url", "Enter a URL."))?;
        let prepared = self.prepare(form.kind, url, None)?;
        let id = WebhookId(Uuid::now_v7());
        if stored::count(&mut tx, actor.workspace).await? >= MOST_WEBHOOKS {
            let words =
                format!("A workspace can have at most {MOST_WEBHOOKS} webhooks. Delete one first.");
            return Err(Problem::conflict("too_many_webhooks", words).into());
        }
        let sealed = self.seal(actor.workspace, id, &prepared.access)?;
        let row = row(actor, id, &form, &prepared.host, &sealed);
        if !stored::insert(&mut tx, row).await? {
            return Err(name_taken().into());
        }
        tx.record_with(actor, AuditAction::WebhookCreated, id, json!({ "name": form.name }))
            .await?;
        tx.commit_with(NewWebhook { id, secret: prepared.fresh_key }).await
    }

    /// Changes a webhook. Without an address the one that is kept stays; the key stays as long as
    /// calls are signed, and is new where they were not.
    ///
    /// # Errors
    /// As [`Notices::add_webhook`]; a webhook that is not there.
    pub async fn change_webhook(
        &self,
        actor: &Actor,
        id: WebhookId,
        form: WebhookForm,
    ) -> Result<NewWebhook> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageWorkspace, "changing a webhook").await?;
        let found = stored::find(&mut tx, actor.workspace, id).await?.or_not_found("webhook")?;
        let form = form.checked()?;
        let kept = self.open(actor.workspace, &found)?;
        let url = form.url.clone().unwrap_or(kept.url);
        let prepared = self.prepare(form.kind, url, kept.key)?;
        let sealed = self.seal(actor.workspace, id, &prepared.access)?;
        let row = row(actor, id, &form, &prepared.host, &sealed);
        if !stored::replace(&mut tx, row).await? {
            return Err(name_taken().into());
        }
        tx.record_with(actor, AuditAction::WebhookChanged, id, json!({ "name": form.name }))
            .await?;
        tx.commit_with(NewWebhook { id, secret: prepared.fresh_key }).await
    }

    /// Deletes a webhook with what is on its way to it.
    ///
    /// # Errors
    /// A webhook that is not there.
    pub async fn delete_webhook(&self, actor: &Actor, id: WebhookId) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageWorkspace, "deleting a webhook").await?;
        let name = stored::delete(&mut tx, actor.workspace, id).await?.or_not_found("webhook")?;
        tx.record_with(actor, AuditAction::WebhookDeleted, id, json!({ "name": name })).await?;
        tx.commit().await
    }

    /// Calls a webhook with a test, once.
    ///
    /// # Errors
    /// A webhook that is not there; one that has not taken it, in words.
    pub async fn test_webhook(&self, actor: &Actor, id: WebhookId) -> Result<()> {
        actor.require(Permission::ManageWorkspace)?;
        let found = self.find_webhook(actor.workspace, id).await?;
        let CallableWebhook { kind, access, audit_head, now } = found.or_not_found("webhook")?;
        let message = message::webhook_test(actor.workspace);
        let news = WebhookNews {
            id: DeliveryId(Uuid::now_v7()),
            workspace: actor.workspace,
            kind: None,
            audit_head: audit_head.as_ref(),
            message: &message,
            address: &self.ctx.deps.address_of(&message.path),
            at: now,
            now,
        };
        let called = webhook_call::call(&self.ctx.deps.outbound, kind, &access, news).await;
        called.map_err(|words| {
            Problem::conflict("webhook_failed", format!("The test wasn't delivered: {words}."))
                .into()
        })
    }

    /// How a webhook is called; none where it is not there.
    pub(super) async fn find_webhook(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
    ) -> Result<Option<CallableWebhook>> {
        let mut conn = self.ctx.connect("looking for a webhook").await?;
        let Some(found) = stored::find(&mut conn, workspace, id).await? else { return Ok(None) };
        let access = self.open(workspace, &found)?;
        let heads = audit::list_heads(&mut conn, Some(workspace)).await?;
        let audit_head = heads.into_iter().next();
        Ok(Some(CallableWebhook { kind: found.view.kind, access, audit_head, now: found.now }))
    }

    /// What is kept of a webhook.
    ///
    /// # Errors
    /// The address is none, or may not be called.
    fn prepare(
        &self,
        kind: WebhookKind,
        url: String,
        key: Option<String>,
    ) -> Result<PreparedWebhook, Problem> {
        let parsed = Url::parse(&url)
            .map_err(|error| refused("url", &format!("This isn't a valid URL: {error}.")))?;
        let checked = self.ctx.deps.outbound.check_confidential(&parsed);
        checked.map_err(|refusal| refused("url", &format!("{refusal}.")))?;
        let host = parsed.host_str().unwrap_or_default();
        let host = parsed.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        let (key, fresh_key) = match (kind, key) {
            (WebhookKind::Slack, _) => (None, None),
            (WebhookKind::Generic, Some(key)) => (Some(key), None),
            (WebhookKind::Generic, None) => {
                let key = webhook_call::new_key();
                (Some(key.clone()), Some(key))
            }
        };
        Ok(PreparedWebhook { access: WebhookAccess { url, key }, host, fresh_key })
    }

    fn seal(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
        access: &WebhookAccess,
    ) -> Result<Sealed> {
        let doing = "sealing a webhook";
        let text = serde_json::to_string(access);
        let text = text.map_err(|error| EngineError::internal(doing, error))?;
        let sealed = self.ctx.deps.vault.seal(&place(workspace, id), &Secret::new(text));
        sealed.map_err(|error| EngineError::internal(doing, error))
    }

    fn open(&self, workspace: WorkspaceId, found: &FoundWebhook) -> Result<WebhookAccess> {
        let opened = self.ctx.deps.vault.open(&place(workspace, found.view.id), &found.sealed);
        let opened = opened.map_err(|error| EngineError::Conflict {
            code: "sealed_webhook",
            detail: format!("The webhook's URL can't be read: {error}. Set the webhook up again."),
        })?;
        serde_json::from_str(opened.expose())
            .map_err(|error| EngineError::internal("reading a webhook", error))
    }
}

/// How a webhook is called.
pub(super) struct CallableWebhook {
    /// In which form it is told.
    pub(super) kind: WebhookKind,
    /// Its address and key.
    pub(super) access: WebhookAccess,
    /// The last line of its workspace's audit log.
    pub(super) audit_head: Option<audit::ChainHead>,
    /// What the clock says.
    pub(super) now: Timestamp,
}

/// A webhook that is about to be written.
struct PreparedWebhook {
    access: WebhookAccess,
    /// What is shown of its address.
    host: String,
    /// The key, where it was made just now.
    fresh_key: Option<String>,
}

/// A webhook as it is written.
fn row<'a>(
    actor: &Actor,
    id: WebhookId,
    form: &'a WebhookForm,
    host: &'a str,
    sealed: &'a Sealed,
) -> WebhookRow<'a> {
    WebhookRow {
        workspace: actor.workspace,
        id,
        name: &form.name,
        kind: form.kind,
        host,
        sealed,
        events: &form.events,
        user: actor.user,
    }
}

fn refused(field: &str, message: &str) -> Problem {
    let error = FieldProblem::field("bad_webhook", field, message);
    Problem::invalid("The webhook was not saved.", vec![error])
}

fn name_taken() -> Problem {
    let message = "A webhook with this name already exists. Choose another name.";
    let error = FieldProblem::field("name_taken", "name", message);
    Problem::invalid("The webhook was not saved.", vec![error])
}
