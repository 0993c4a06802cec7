//! The query in the address of the audit log: who, what, about what, and when.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    api::{
        audit::AuditFilter,
        history::{read_from, read_until},
    },
    id::WorkspaceId,
};
use web::{routes, settings_page::SettingsPage};

/// The filter as the address writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AuditQuery {
    /// The id of a person, or nothing.
    pub person: String,
    /// The name of an action, or nothing.
    pub action: String,
    /// The id of what it was done to, or nothing.
    pub subject: String,
    /// The first day, or nothing.
    pub from: String,
    /// The last day, or nothing.
    pub until: String,
}

impl AuditQuery {
    /// The query of the address, followed as it changes.
    pub fn from_address() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| query.with(Self::from_params))
    }

    fn from_params(query: &ParamsMap) -> Self {
        let get = |name: &str| query.get(name).unwrap_or_default();
        Self {
            person: get("person"),
            action: get("action"),
            subject: get("subject"),
            from: get("from"),
            until: get("until"),
        }
    }

    /// The page's address with this; what narrows nothing is left out.
    pub fn path(&self, workspace: WorkspaceId) -> String {
        let page = routes::settings(workspace, SettingsPage::Audit);
        format!("{page}{}", self.params("subject").to_query_string())
    }

    /// The address of all of it as a file.
    pub fn file(&self) -> String {
        format!("{}{}", routes::AUDIT_FILE, self.params("subject_id").to_query_string())
    }

    fn params(&self, subject: &'static str) -> ParamsMap {
        let mut params = ParamsMap::new();
        for (name, value) in [
            ("person", &self.person),
            ("action", &self.action),
            (subject, &self.subject),
            ("from", &self.from),
            ("until", &self.until),
        ] {
            if !value.is_empty() {
                params.insert(name, value.clone());
            }
        }
        params
    }

    /// What the server is asked for; what cannot be read narrows nothing.
    pub fn filter(&self) -> AuditFilter {
        AuditFilter {
            person: self.person.parse().ok(),
            action: self.action.parse().ok(),
            subject: Some(self.subject.clone()).filter(|subject| !subject.is_empty()),
            from: read_from(&self.from),
            until: read_until(&self.until),
        }
    }

    /// Whether anything may be left out.
    pub fn narrows(&self) -> bool {
        self.filter() != AuditFilter::default()
    }
}

#[cfg(test)]
mod tests {
    use model::audit::AuditAction;
    use uuid::Uuid;

    use super::*;

    /// Servers write more in percents than browsers do, and mean the same.
    fn plain(address: &str) -> String {
        address.replace("%5F", "_").replace("%2D", "-").replace("%2E", ".")
    }

    #[test]
    fn the_address_and_the_file_say_all_that_narrows_and_nothing_else() {
        let workspace = WorkspaceId(Uuid::nil());
        let query = AuditQuery {
            action: "token.created".to_owned(),
            subject: "7".to_owned(),
            ..AuditQuery::default()
        };

        let path = plain(&query.path(workspace));

        assert!(path.ends_with("/settings/audit?action=token.created&subject=7"), "{path}");
        assert_eq!(plain(&query.file()), "/api/v1/audit/csv?action=token.created&subject_id=7");
        assert_eq!(query.filter().action, Some(AuditAction::TokenCreated));
        assert!(AuditQuery::default().path(workspace).ends_with("/settings/audit"));
    }

    #[test]
    fn what_cannot_be_read_narrows_nothing() {
        let odd = AuditQuery {
            person: "x".to_owned(),
            action: "moon.landed".to_owned(),
            from: "soon".to_owned(),
            ..AuditQuery::default()
        };

        assert!(!odd.narrows());
    }
}
