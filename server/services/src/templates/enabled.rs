//! Switching a template off and on. While it is off nothing of it is launched, by anybody or
//! anything: not by hand, over the API, as a part of another workflow, again or in a test run. What
//! runs or waits in the queue goes on. Lists show it with the reason.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::templates::{EnabledChange, EnabledState},
    audit::AuditAction,
    id::TemplateId,
};
use store::{error::Result, templates};

use super::{Templates, edit::lock_template};
use serde_json::json;

const SWITCHING: &str = "switching a template on or off";

impl Templates {
    /// Switches a template off for a reason, or on; system templates too, for this workspace.
    ///
    /// # Errors
    /// An unknown template; one that is to be switched off without a reason.
    pub async fn set_template_enabled(
        &self,
        actor: &Actor,
        id: TemplateId,
        change: EnabledChange,
    ) -> Result<EnabledState> {
        let mut tx = self.ctx.change(actor, Permission::PublishTemplate, SWITCHING).await?;
        let reason = change.checked_reason()?;
        let state = lock_template(&mut tx, actor, id).await?;
        let before = state.disabled.map(|disabled| disabled.reason);
        if before != reason {
            let reason = reason.as_deref();
            templates::set_enabled(&mut tx, actor.workspace, id, reason, actor.user).await?;
            let action = match reason {
                Some(_) => AuditAction::TemplateDisabled,
                None => AuditAction::TemplateEnabled,
            };
            tx.record_with(actor, action, id, json!({ "reason": reason })).await?;
        }
        let now = templates::find_disabled(&mut tx, actor.workspace, id).await?;
        tx.commit().await?;
        let disabled = now.map(|(_, disabled)| disabled);
        Ok(EnabledState { enabled: disabled.is_none(), disabled })
    }
}
