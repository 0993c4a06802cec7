//! What is known of test runs.

use std::collections::BTreeSet;

use leptos::{prelude::*, task::spawn_local};
use model::{
    execution::part::Part,
    id::{ExecutionId, NodeId},
    problem::Problem,
};
use serde_json::{Map, Value};

use crate::{api::executions::load_monitor, monitor::ExecutionStore};

/// A test run of this visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    /// Its execution.
    pub id: ExecutionId,
    /// The number of that.
    pub number: i64,
    /// What of the workflow ran, in words.
    pub what: String,
}

/// The handle of everything about test runs.
#[derive(Clone, Copy)]
pub struct Testing {
    /// What is to be run: it is being asked about.
    pub asked: RwSignal<Option<Part>>,
    /// The run that is shown on the canvas.
    pub shown: RwSignal<Option<ExecutionStore>>,
    /// Nodes before which the next one pauses.
    pub breakpoints: RwSignal<BTreeSet<NodeId>>,
    /// The runs of this visit, the latest first.
    pub past: RwSignal<Vec<TestRun>>,
    /// The tab of the panel: whoever looks at outputs goes on doing so at the next node.
    pub tab: RwSignal<&'static str>,
    /// What was filled in last.
    pub values: StoredValue<Option<Map<String, Value>>>,
    /// What is shown lives as long as the page, whoever asked for it.
    owner: StoredValue<Option<WeakOwner>>,
}

impl Default for Testing {
    fn default() -> Self {
        Self {
            asked: RwSignal::new(None),
            shown: RwSignal::new(None),
            breakpoints: RwSignal::new(BTreeSet::new()),
            past: RwSignal::new(vec![]),
            tab: RwSignal::new("setup"),
            values: StoredValue::new(None),
            owner: StoredValue::new(Owner::current().map(|owner| owner.downgrade())),
        }
    }
}

impl Testing {
    /// Shows an execution on the canvas from now on.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn show(self, id: ExecutionId) -> Result<i64, Problem> {
        let page = load_monitor(id, false).await.map_err(|error| error.0)?;
        let number = page.number;
        let owner = self.owner.try_get_value().flatten().and_then(|owner| owner.upgrade());
        if let Some(store) = owner.map(|owner| owner.with(|| ExecutionStore::new(page))) {
            self.shown.try_set(Some(store));
        }
        Ok(number)
    }

    /// Shows again what was under way when the page was opened.
    pub fn resume(self, id: ExecutionId) {
        Effect::new(move || {
            spawn_local(async move {
                // What is over by now is among the executions; there is nothing to be watched.
                let Ok(number) = self.show(id).await else { return };
                let what = "begun before this visit".to_owned();
                self.past.try_update(|past| past.insert(0, TestRun { id, number, what }));
            });
        });
    }

    /// Shows none any more.
    pub fn clear(self) {
        self.shown.set(None);
    }

    /// Pauses before a node in the next run, or not any more; whether it does now.
    pub fn turn_breakpoint(self, id: &NodeId) -> bool {
        let turn = |all: &mut BTreeSet<NodeId>| all.remove(id) || !all.insert(id.clone());
        let removed = self.breakpoints.try_update(turn).unwrap_or(true);
        !removed
    }
}
