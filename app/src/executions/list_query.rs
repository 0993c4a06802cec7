//! The query in the address of the list of executions: search words, filter and page.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    api::history::{ExecutionFilter, read_from, read_statuses, read_until},
    execution::state::ExecutionStatus,
    external_ref::ExternalRefKey,
    id::WorkspaceId,
};
use web::routes;

use crate::narrow::query_string;

/// The filter as the address writes it, and the cursor of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    pub words: String,
    /// The states; all of them when empty.
    pub statuses: Vec<ExecutionStatus>,
    /// The id of a template, or nothing.
    pub template: String,
    /// The id of a person, or nothing.
    pub person: String,
    /// The first day, or nothing.
    pub from: String,
    /// The last day, or nothing.
    pub until: String,
    /// What they are linked to in another system, as `issue:42`, or nothing.
    pub external_ref: String,
    /// Where the page before ended; the first page when empty.
    pub cursor: String,
}

impl ListQuery {
    /// The query of the address, followed as it changes.
    pub fn from_address() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| query.with(Self::from_params))
    }

    fn from_params(query: &ParamsMap) -> Self {
        let get = |name: &str| query.get(name).unwrap_or_default();
        Self {
            words: get("q"),
            statuses: read_statuses(&get("status")).unwrap_or_default(),
            template: get("template"),
            person: get("person"),
            from: get("from"),
            until: get("until"),
            external_ref: get("external_ref"),
            cursor: get("cursor"),
        }
    }

    /// The page's address with this; what is as usual is left out.
    pub(crate) fn path(&self, workspace: WorkspaceId) -> String {
        format!("{}{}", routes::executions(workspace), self.query("template", &self.cursor))
    }

    /// The address of all of it as a file.
    pub(super) fn file(&self) -> String {
        format!("{}{}", routes::EXECUTIONS_FILE, self.query("template_id", ""))
    }

    fn query(&self, template: &'static str, cursor: &str) -> String {
        query_string([
            ("q", self.words.as_str()),
            ("status", &self.status_words()),
            (template, &self.template),
            ("person", &self.person),
            ("from", &self.from),
            ("until", &self.until),
            ("external_ref", &self.external_ref),
            ("cursor", cursor),
        ])
    }

    /// The states as the address writes them.
    pub(super) fn status_words(&self) -> String {
        self.statuses.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(",")
    }

    /// What the server is asked for; what cannot be read narrows nothing.
    pub(super) fn filter(&self) -> ExecutionFilter {
        ExecutionFilter {
            words: self.words.clone(),
            statuses: self.statuses.clone(),
            template: self.template.parse().ok(),
            person: self.person.parse().ok(),
            project: None,
            from: read_from(&self.from),
            until: read_until(&self.until),
            external_ref: ExternalRefKey::parse(&self.external_ref),
        }
    }

    /// The cursor for the server; none for the first page.
    pub(super) fn page_cursor(&self) -> Option<String> {
        Some(self.cursor.clone()).filter(|cursor| !cursor.is_empty())
    }

    /// Whether anything may be left out.
    pub(super) fn narrows(&self) -> bool {
        self.filter() != ExecutionFilter { words: self.words.clone(), ..Default::default() }
            || !self.words.trim().is_empty()
    }

    /// The same query for the first page.
    pub(super) fn first(&self) -> Self {
        self.with_cursor(String::new())
    }

    /// The same query for the page at this cursor.
    pub(super) fn with_cursor(&self, cursor: String) -> Self {
        Self { cursor, ..self.clone() }
    }

    /// The same query for the first page, with this state added, or removed if it was there.
    pub(super) fn with_status_toggled(&self, status: ExecutionStatus) -> Self {
        let wanted = |one: &&ExecutionStatus| self.statuses.contains(one) != (**one == status);
        let statuses = ExecutionStatus::ALL.iter().filter(wanted).copied().collect();
        Self { statuses, ..self.first() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use model::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    /// Servers write more in percents than browsers do, and mean the same.
    fn plain(address: String) -> String {
        address.replace("%5F", "_").replace("%2D", "-")
    }

    fn parse_query(query: &[(&'static str, &str)]) -> ListQuery {
        let mut map = ParamsMap::new();
        for (name, value) in query {
            map.insert(*name, (*value).to_owned());
        }
        ListQuery::from_params(&map)
    }

    #[test]
    fn the_address_says_all_that_narrows_and_nothing_else() {
        let workspace = WorkspaceId(Uuid::nil());
        let query = [("q", "ads #12"), ("status", "failed,stopped"), ("until", "2026-11-20")];

        let path = plain(parse_query(&query).path(workspace));

        assert!(
            path.ends_with("/executions?q=ads%20%2312&status=failed%2Cstopped&until=2026-11-20")
        );
        assert!(ListQuery::default().path(workspace).ends_with("/executions"));
        let filter = parse_query(&query).filter();
        assert_eq!(filter.statuses, [ExecutionStatus::Failed, ExecutionStatus::Stopped]);
        assert_eq!(filter.until, Timestamp::from_iso8601("2026-11-21T00:00:00Z"));
    }

    #[test]
    fn a_state_is_added_and_taken_away_and_begins_anew() {
        let one = parse_query(&[("status", "failed"), ("cursor", "x")]);

        let two = one.with_status_toggled(ExecutionStatus::Running);

        assert_eq!(two.status_words(), "running,failed");
        assert_eq!(two.cursor, "");
        assert_eq!(one.with_status_toggled(ExecutionStatus::Failed).status_words(), "");
    }

    #[test]
    fn what_cannot_be_read_narrows_nothing() {
        let odd =
            parse_query(&[("status", "asleep"), ("template", "x"), ("from", "soon"), ("q", "  ")]);

        assert!(!odd.narrows());
        assert!(
            parse_query(&[("q", "ads")]).narrows()
                && parse_query(&[("from", "2026-11-20")]).narrows()
        );
    }

    #[test]
    fn the_file_has_all_parts_and_the_words_of_the_api() {
        let id = Uuid::from_u128(7).to_string();

        let file = plain(parse_query(&[("template", &id), ("cursor", "x")]).file());

        assert_eq!(file, format!("/api/v1/workflows/executions/csv?template_id={id}"));
    }
}
