//! What the address of the history asks for.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    api::history::{ExecutionFilter, read_from, read_statuses, read_until},
    execution::state::ExecutionStatus,
    id::WorkspaceId,
};

use crate::routes;

/// The filter as it is written, and where the part begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Words that must all be there.
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
    /// Where the part before ended; the beginning when empty.
    pub cursor: String,
}

impl Asked {
    /// What the address asks for now.
    pub fn of_address() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| query.with(Self::of))
    }

    fn of(query: &ParamsMap) -> Self {
        let get = |name: &str| query.get(name).unwrap_or_default();
        Self {
            words: get("q"),
            statuses: read_statuses(&get("status")).unwrap_or_default(),
            template: get("template"),
            person: get("person"),
            from: get("from"),
            until: get("until"),
            cursor: get("cursor"),
        }
    }

    /// The page's address with this; what is as usual is left out.
    pub(super) fn path(&self, workspace: WorkspaceId) -> String {
        let query = self.query("template", &self.cursor);
        format!("{}{}", routes::executions(workspace), query.to_query_string())
    }

    /// The address of all of it as a file.
    pub(super) fn file(&self) -> String {
        format!("{}{}", routes::EXECUTIONS_FILE, self.query("template_id", "").to_query_string())
    }

    fn query(&self, template: &'static str, cursor: &str) -> ParamsMap {
        let status = self.status_words();
        let mut query = ParamsMap::new();
        for (name, value) in [
            ("q", self.words.as_str()),
            ("status", &status),
            (template, &self.template),
            ("person", &self.person),
            ("from", &self.from),
            ("until", &self.until),
            ("cursor", cursor),
        ] {
            if !value.is_empty() {
                query.insert(name, value.to_owned());
            }
        }
        query
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
        }
    }

    /// Where the part begins, for the server.
    pub(super) fn place(&self) -> Option<String> {
        Some(self.cursor.clone()).filter(|cursor| !cursor.is_empty())
    }

    /// Whether anything may be left out.
    pub(super) fn narrows(&self) -> bool {
        self.filter() != ExecutionFilter { words: self.words.clone(), ..Default::default() }
            || !self.words.trim().is_empty()
    }

    /// The same from the beginning on.
    pub(super) fn first(&self) -> Self {
        self.at(String::new())
    }

    /// The same from another place on.
    pub(super) fn at(&self, cursor: String) -> Self {
        Self { cursor, ..self.clone() }
    }

    /// The same with this state wanted if it was not, and not if it was.
    pub(super) fn toggled(&self, status: ExecutionStatus) -> Self {
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

    fn asked(query: &[(&'static str, &str)]) -> Asked {
        let mut map = ParamsMap::new();
        for (name, value) in query {
            map.insert(*name, (*value).to_owned());
        }
        Asked::of(&map)
    }

    #[test]
    fn the_address_says_all_that_narrows_and_nothing_else() {
        let workspace = WorkspaceId(Uuid::nil());
        let query = [("q", "ads #12"), ("status", "failed,stopped"), ("until", "2026-11-20")];

        let path = plain(asked(&query).path(workspace));

        assert!(
            path.ends_with("/executions?q=ads%20%2312&status=failed%2Cstopped&until=2026-11-20")
        );
        assert!(Asked::default().path(workspace).ends_with("/executions"));
        let filter = asked(&query).filter();
        assert_eq!(filter.statuses, [ExecutionStatus::Failed, ExecutionStatus::Stopped]);
        assert_eq!(filter.until, Timestamp::from_iso8601("2026-11-21T00:00:00Z"));
    }

    #[test]
    fn a_state_is_added_and_taken_away_and_begins_anew() {
        let one = asked(&[("status", "failed"), ("cursor", "x")]);

        let two = one.toggled(ExecutionStatus::Running);

        assert_eq!(two.status_words(), "running,failed");
        assert_eq!(two.cursor, "");
        assert_eq!(one.toggled(ExecutionStatus::Failed).status_words(), "");
    }

    #[test]
    fn what_cannot_be_read_narrows_nothing() {
        let odd = asked(&[("status", "asleep"), ("template", "x"), ("from", "soon"), ("q", "  ")]);

        assert!(!odd.narrows());
        assert!(asked(&[("q", "ads")]).narrows() && asked(&[("from", "2026-11-20")]).narrows());
    }

    #[test]
    fn the_file_has_all_parts_and_the_words_of_the_api() {
        let id = Uuid::from_u128(7).to_string();

        let file = plain(asked(&[("template", &id), ("cursor", "x")]).file());

        assert_eq!(file, format!("/api/v1/workflows/executions/csv?template_id={id}"));
    }
}
