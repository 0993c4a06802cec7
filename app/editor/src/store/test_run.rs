//! The state of test runs.

use std::collections::BTreeSet;

use api::executions::load_monitor;
use leptos::{prelude::*, task::spawn_local};
use model::{
    execution::run_scope::RunScope,
    id::{ExecutionId, NodeId},
    problem::Problem,
};
use monitor::ExecutionStore;
use serde_json::{Map, Value};
use web::client::lifetime::Lifetime;

/// A test run of this visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    /// The execution that the server runs for it.
    pub id: ExecutionId,
    /// The number of the execution in its workspace.
    pub number: i64,
    /// The scope of the run in words, such as "Whole workflow".
    pub what: String,
}

/// The handle of test runs.
#[derive(Clone, Copy)]
pub struct TestRunState {
    /// The scope for which the dialog is to open; the dialog resets it.
    pub requested: RwSignal<Option<RunScope>>,
    /// The test run that the canvas and the panel show.
    pub shown: RwSignal<Option<ExecutionStore>>,
    /// The nodes before which the next test run pauses.
    pub breakpoints: RwSignal<BTreeSet<NodeId>>,
    /// The runs of this visit, the latest first.
    pub past: RwSignal<Vec<TestRun>>,
    /// The tab of the panel, which stays the same from node to node.
    pub tab: RwSignal<&'static str>,
    /// The parameters of the last test run, to fill in the next form.
    pub parameters: StoredValue<Option<Map<String, Value>>>,
    /// That of the page: a shown run lives as long.
    page: Lifetime,
}

impl Default for TestRunState {
    fn default() -> Self {
        Self {
            requested: RwSignal::new(None),
            shown: RwSignal::new(None),
            breakpoints: RwSignal::new(BTreeSet::new()),
            past: RwSignal::new(vec![]),
            tab: RwSignal::new("setup"),
            parameters: StoredValue::new(None),
            page: Lifetime::of_this_part(),
        }
    }
}

impl TestRunState {
    /// Shows an execution on the canvas from now on; returns its number.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn show(self, id: ExecutionId) -> Result<i64, Problem> {
        let page = load_monitor(id, false).await.map_err(|error| error.0)?;
        let number = page.number;
        if let Some(store) = self.page.make(|| ExecutionStore::new(page)) {
            self.shown.try_set(Some(store));
        }
        Ok(number)
    }

    /// Shows the test run that was under way when the page was opened.
    pub fn resume(self, id: ExecutionId) {
        Effect::new(move || {
            spawn_local(async move {
                // A run that cannot be loaded is still listed among the executions.
                let Ok(number) = self.show(id).await else { return };
                let what = "started earlier".to_owned();
                self.past.try_update(|past| past.insert(0, TestRun { id, number, what }));
            });
        });
    }

    /// Shows no test run any more.
    pub fn clear(self) {
        self.shown.set(None);
    }

    /// Sets the breakpoint of a node or removes it; whether it is set now.
    pub fn toggle_breakpoint(self, id: &NodeId) -> bool {
        let toggle = |all: &mut BTreeSet<NodeId>| all.remove(id) || !all.insert(id.clone());
        let removed = self.breakpoints.try_update(toggle).unwrap_or(true);
        !removed
    }
}
