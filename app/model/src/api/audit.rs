//! Who did what to what, when and from where, as admins read it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit::{AuditAction, AuditCredential},
    budget::Dollars,
    id::UserId,
    review::Verdict,
    text::user_agent::browser_name,
    time::Timestamp,
};

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRow {
    /// The line's number; later lines have higher ones.
    pub id: i64,
    /// When it happened, by the database's clock.
    pub at: Timestamp,
    /// Who did it; none where the server itself did it. It stays when the account is deleted.
    pub user_id: Option<UserId>,
    /// The name of who did it; none once the account is deleted.
    pub user: Option<String>,
    /// `thing.verb`, e.g. `execution.pause`.
    pub action: String,
    /// The id of what it was done to, or its name where it has no id.
    pub subject_id: Option<String>,
    /// The name of what it was done to, as far as it is still known.
    pub subject: Option<String>,
    /// Further details, as an object whose fields depend on the action.
    pub detail: Value,
    /// Where it came from.
    pub source: AuditSource,
    /// SHA-256 over the line and the hash of the line before it in the workspace, in hexadecimal.
    /// Kept elsewhere, it proves what the log said until then.
    pub hash: Option<String>,
}

/// Where something came from, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditSource {
    /// How the person was known.
    pub credential: Option<AuditCredential>,
    /// The id of the session, token or link.
    pub credential_id: Option<Uuid>,
    /// The name of the token, while it is not revoked.
    pub token: Option<String>,
    /// The address of the request.
    pub ip: Option<String>,
    /// The browser or program, as it calls itself.
    pub user_agent: Option<String>,
}

/// Which lines are shown; what is empty narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// This person did it.
    pub person: Option<UserId>,
    /// This was done.
    pub action: Option<AuditAction>,
    /// It was done to what has this id, or this name.
    pub subject: Option<String>,
    /// It was done then or later.
    pub from: Option<Timestamp>,
    /// It was done before this.
    pub until: Option<Timestamp>,
}

impl AuditRow {
    /// The action, where this release knows it.
    pub fn known_action(&self) -> Option<AuditAction> {
        self.action.parse().ok()
    }

    /// Who did it, in words.
    pub fn who(&self) -> String {
        match (&self.user, self.user_id) {
            (Some(name), _) => name.clone(),
            (None, Some(_)) => "Deleted account".to_owned(),
            (None, None) => "The server".to_owned(),
        }
    }

    /// What was done, in words that follow the person's name and come before the subject's.
    pub fn what(&self) -> String {
        match self.known_action() {
            Some(action) => self.decided().unwrap_or(action.words()).to_owned(),
            None => format!("did “{}”", self.action),
        }
    }

    /// How a review was decided; none for other actions and for lines that do not tell.
    fn decided(&self) -> Option<&'static str> {
        if self.known_action()? != AuditAction::ReviewDecide {
            return None;
        }
        let verdict: Verdict = self.detail.get("verdict")?.as_str()?.parse().ok()?;
        match verdict {
            Verdict::Approved => Some("approved a review of the run"),
            Verdict::Changes => Some("asked for changes in a review of the run"),
            Verdict::Rejected => Some("rejected a review of the run"),
            Verdict::Cancelled => None,
        }
    }

    /// The name of what it was done to, where that is not the person.
    pub fn whom(&self) -> Option<&str> {
        let is_own = self.user_id.is_some_and(|user| {
            self.subject_id.as_deref().is_some_and(|subject| subject == user.to_string())
        });
        self.subject.as_deref().filter(|_| !is_own)
    }

    /// What more there is to say of it, in words: the step, the role, an amount.
    pub fn more(&self) -> Option<String> {
        let asked = self.detail.get("asked").unwrap_or(&self.detail);
        let text = |name: &str| asked.get(name).and_then(Value::as_str);
        let number = |name: &str| asked.get(name).and_then(Value::as_i64);
        let step = text("node_id").map(|step| format!("step {step}"));
        let role = text("role").map(|role| format!("role {role}"));
        let roles = text("from").zip(text("to")).map(|(from, to)| format!("from {from} to {to}"));
        let reason = text("reason").map(|reason| format!("reason: {reason}"));
        let days = number("days").map(|days| format!("{days} days"));
        let amount = number("micros").map(|micros| Dollars(micros).to_string());
        let all: Vec<String> =
            [step, role, roles, days, amount, reason].into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}

impl AuditSource {
    /// How the person came, in words: `Firefox on Linux`, `API token “ci”`.
    pub fn words(&self) -> String {
        let program = self.user_agent.as_deref().map(browser_name).unwrap_or_default();
        let way = match (self.credential, &self.token) {
            (Some(AuditCredential::Token), Some(name)) => format!("API token “{name}”"),
            (Some(AuditCredential::Token), None) => "API token".to_owned(),
            (Some(AuditCredential::Link), _) => "Review link".to_owned(),
            (Some(AuditCredential::CommandLine), _) => "Command line".to_owned(),
            (Some(AuditCredential::Session), _) | (None, _) => String::new(),
        };
        let parts: Vec<String> =
            [way, program].into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(action: &str, detail: Value) -> AuditRow {
        AuditRow {
            id: 1,
            at: Timestamp(0),
            user_id: Some(UserId(Uuid::nil())),
            user: Some("Ada".to_owned()),
            action: action.to_owned(),
            subject_id: None,
            subject: None,
            detail,
            source: AuditSource::default(),
            hash: None,
        }
    }

    #[test]
    fn a_line_reads_as_a_sentence_also_where_its_action_or_its_person_is_unknown() {
        let skipped = row("execution.skip_node", json!({"asked": {"node_id": "write"}}));
        let strange = AuditRow { user: None, ..row("moon.landed", json!({})) };
        let own = AuditRow { user: None, user_id: None, ..row("blob.repair", json!({})) };

        assert_eq!(skipped.what(), "skipped a step of the run");
        assert_eq!(skipped.more().as_deref(), Some("step write"));
        assert_eq!(
            (strange.who(), strange.what()),
            ("Deleted account".to_owned(), "did “moon.landed”".to_owned())
        );
        assert_eq!((own.who(), own.more()), ("The server".to_owned(), None));
        let budget = row("budget.set", json!({"micros": 12_500_000}));
        assert_eq!(budget.more().as_deref(), Some("$12.50"));
        let small = row("budget.set", json!({"micros": 5_000}));
        assert_eq!(small.more().as_deref(), Some("$0.005"));
        let decided = row("review.decide", json!({"verdict": "changes"}));
        assert_eq!(decided.what(), "asked for changes in a review of the run");
        assert_eq!(row("review.decide", json!({})).what(), "decided a review of the run");
    }

    #[test]
    fn where_it_came_from_names_the_token_and_the_program() {
        let token = AuditSource {
            credential: Some(AuditCredential::Token),
            token: Some("ci".to_owned()),
            user_agent: Some("curl/8.5.0".to_owned()),
            ..AuditSource::default()
        };

        assert_eq!(token.words(), "API token “ci”, curl");
        assert_eq!(AuditSource::default().words(), "");
    }
}
