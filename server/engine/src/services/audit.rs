//! Lines of the audit log.

use backend::actor::{Actor, Credential};
use serde_json::json;

use crate::store::audit;

/// A line of the audit log about something the actor did.
pub(super) fn entry(actor: &Actor, action: &'static str, subject: Option<String>) -> audit::Entry {
    let detail = match actor.credential {
        Credential::Session(id) => json!({ "session": id }),
        Credential::Token(id) => json!({ "token": id }),
        Credential::Link(id) => json!({ "review_link": id }),
        Credential::CommandLine => json!({ "command_line": true }),
    };
    audit::Entry {
        workspace: Some(actor.workspace),
        user: Some(actor.user),
        action,
        subject,
        detail,
    }
}
