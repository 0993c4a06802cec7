//! The server's part of the search.

use api::{ApiError, overview::find_anything};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use model::{
    id::WorkspaceId,
    pages::{FoundItem, FoundRow},
};
use ui::{
    combobox::{Choice, ChoiceGroup},
    icon::Icon,
};
use web::{client::own_until_cleanup, routes, settings_page::SettingsPage};

use super::{asked::Asked, offers::merge_groups};
use crate::activity::words::chip_of;

/// The search starts when nothing has been typed for so long.
const TYPING_MS: u32 = 150;
/// The beginning of the keys of choices that lead to an address; the rest of the key is the
/// address.
pub(super) const GO: &str = "go:";

/// The last answer of the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) words: String,
    pub(super) groups: Vec<ChoiceGroup>,
    /// Whether the server could not be asked.
    pub(super) failed: bool,
}

impl Answer {
    fn from_result(
        words: String,
        came: Result<Vec<FoundRow>, ApiError>,
        workspace: WorkspaceId,
    ) -> Self {
        let failed = came.is_err();
        let rows = came.unwrap_or_default().into_iter();
        Self { words, groups: merge_groups(rows.map(|row| group(workspace, row))), failed }
    }
}

/// The server's answer to the query, asked for a moment after typing. An answer that comes after
/// the query has changed is dropped.
pub(super) fn use_answer(asked: Memo<Asked>, workspace: WorkspaceId) -> RwSignal<Answer> {
    let answer = RwSignal::new(Answer::default());
    let words = Memo::new(move |_| asked.with(Asked::server_words));
    Effect::new(move || {
        let Some(sent) = words.get() else { return };
        own_until_cleanup(Timeout::new(TYPING_MS, move || {
            spawn_local(async move {
                let came = find_anything(sent.clone()).await;
                if words.try_get_untracked().flatten().as_ref() == Some(&sent) {
                    answer.try_set(Answer::from_result(sent, came, workspace));
                }
            });
        }));
    });
    answer
}

/// The row as a group of one choice, under the heading of its kind.
fn group(here: WorkspaceId, row: FoundRow) -> ChoiceGroup {
    let FoundRow { item, name, about } = row;
    let (title, icon, path, aside) = match item {
        FoundItem::Template(id) => ("Workflows", Icon::Workflow, routes::template(here, id), ""),
        FoundItem::Draft(id) => ("Workflows", Icon::Pencil, routes::builder(here, id), "Draft"),
        FoundItem::Execution(id, status) => {
            let word = chip_of(status).word();
            ("Runs", Icon::List, routes::execution(here, id), word)
        }
        FoundItem::Document(id) => ("Documents", Icon::FileText, routes::document(here, id), ""),
        FoundItem::Project(id) => ("Projects", Icon::Folder, routes::project(here, id), ""),
        FoundItem::Agent(id) => ("Agents", Icon::Bot, routes::agent(here, id), ""),
        FoundItem::Tool => {
            // The page is the same for all: its address is told apart for the list's sake.
            let page = routes::settings(here, SettingsPage::Tools);
            ("Tools", Icon::Plug, format!("{page}#{name}"), "")
        }
    };
    let choice = Choice {
        detail: about,
        aside: aside.to_owned(),
        ..Choice::new(format!("{GO}{path}"), icon, name)
    };
    ChoiceGroup { title, choices: vec![choice] }
}

#[cfg(test)]
mod tests {
    use model::{
        execution::state::ExecutionStatus,
        id::{DocumentId, ExecutionId},
        problem::Problem,
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn rows_stand_under_the_heading_of_their_kind_and_lead_to_their_page() {
        let here = WorkspaceId(Uuid::nil());
        let row = |item: FoundItem| FoundRow { item, name: "A".into(), about: String::new() };
        let ran = row(FoundItem::Execution(ExecutionId(Uuid::nil()), ExecutionStatus::Failed));
        let wrote = row(FoundItem::Document(DocumentId(Uuid::nil())));

        let answer = Answer::from_result("a".into(), Ok(vec![ran.clone(), wrote, ran]), here);

        let titles: Vec<_> = answer.groups.iter().map(|g| (g.title, g.choices.len())).collect();
        assert_eq!(titles, [("Runs", 2), ("Documents", 1)]);
        let first = &answer.groups[0].choices[0];
        let path = routes::execution(here, ExecutionId(Uuid::nil()));
        assert_eq!((first.key.as_str(), first.aside.as_str()), (&*format!("go:{path}"), "Failed"));
        let tool = |name: &str| FoundRow { name: name.into(), ..row(FoundItem::Tool) };
        let answer = Answer::from_result("a".into(), Ok(vec![tool("git.a"), tool("git.b")]), here);
        assert_ne!(answer.groups[0].choices[0].key, answer.groups[0].choices[1].key);
        assert!(Answer::from_result("a".into(), Err(Problem::internal().into()), here).failed);
    }
}
