//! Lines of the audit log.

use backend::actor::Actor;
use model::audit::AuditAction;
use serde_json::json;
use store::audit;

/// A line of the audit log about something the actor did, with where they did it from.
pub(super) fn entry(actor: &Actor, action: AuditAction, subject: Option<String>) -> audit::Entry {
    audit::Entry {
        workspace: Some(actor.workspace),
        user: Some(actor.user),
        action,
        subject,
        detail: json!({}),
        source: actor.into(),
    }
}
