//! Comparing a version with the draft or another version: the state of the dialog, and the
//! differences.

use std::collections::BTreeMap;

use api::templates::{load_template_version, load_template_versions};
use diagram::Miniature;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::{
        templates::{TemplateVersion, VersionRow},
        texts::pieces,
    },
    edit::{Difference, FieldDifference, What, diff},
    id::TemplateId,
    problem::Problem,
    value::text_of,
    workflow::{Edge, Workflow},
};
use serde_json::Value;
use ui::{
    button::{Button, ButtonSize},
    field::{Choice, FormField},
    versions::{VersionEntry, WordDifference},
};

/// The value of the draft in the list of versions.
const DRAFT: &str = "draft";

/// The differences from the chosen version, and the button that restores it.
#[component]
pub(super) fn Comparison(
    state: VersionsState,
    draft: Signal<Workflow>,
    #[prop(into)] on_restore: Callback<Workflow>,
) -> impl IntoView {
    let body = move || match state.chosen.get() {
        None => view! { <p class="muted">"Choose a version to compare."</p> }.into_any(),
        Some(Err(problem)) => view! { <p class="muted">{problem.detail}</p> }.into_any(),
        Some(Ok(version)) => {
            view! { <Chosen state=state version=version draft=draft on_restore=on_restore /> }
                .into_any()
        }
    };
    view! { {body} }
}

#[component]
fn Chosen(
    state: VersionsState,
    version: TemplateVersion,
    draft: Signal<Workflow>,
    on_restore: Callback<Workflow>,
) -> impl IntoView {
    let number = version.row.version;
    let picked = RwSignal::new(DRAFT.to_owned());
    // The version to compare with; nothing for the draft.
    let other = RwSignal::new(None::<TemplateVersion>);
    Effect::new(move || {
        let Ok(version) = picked.get().parse::<i32>() else { return other.set(None) };
        spawn_local(async move {
            match load_template_version(state.template, version).await {
                // Another version may have been picked meanwhile.
                Ok(_) if picked.try_get_untracked() != Some(version.to_string()) => {}
                Ok(found) => drop(other.try_set(Some(found))),
                Err(error) => drop(state.chosen.try_set(Some(Err(error.0)))),
            }
        });
    });
    let heading = move || {
        let other = other.with(|other| other.as_ref().map(|found| found.row.version));
        let name = other.map_or("Draft".to_owned(), |other| format!("v{other}"));
        format!("{name} compared with v{number}")
    };
    let new = Signal::derive(move || {
        let found = other.with(|other| other.as_ref().map(|found| found.workflow.clone()));
        found.unwrap_or_else(|| draft.get())
    });
    let others = Memo::new(move |_| other_versions(state, number));
    let has_others = move || others.read().len() > 1;
    let whole = version.workflow.clone();
    view! {
        <div class="versions__chosen">
            <h3 class="config__heading">{heading}</h3>
            <Show when=has_others>
                {FormField::choice("versions-other", format!("Compare v{number} with"), picked, others)}
            </Show>
            <Changes old=version.workflow new=new />
            <Button size=ButtonSize::Small on_press=move |()| on_restore.run(whole.clone())>
                {format!("Restore v{number}")}
            </Button>
        </div>
    }
}

/// The choices to compare a version with: the draft and all other versions.
fn other_versions(state: VersionsState, number: i32) -> Vec<Choice> {
    let version =
        |row: &VersionRow| Choice::new(row.version.to_string(), format!("v{}", row.version));
    state.rows.with(|rows| {
        let rows = rows.iter().flatten().flatten().filter(|row| row.version != number);
        let draft = Choice::new(DRAFT, "Draft");
        [draft].into_iter().chain(rows.map(version)).collect()
    })
}

/// The state of the dialog.
#[derive(Debug, Clone, Copy)]
pub(super) struct VersionsState {
    pub(super) template: TemplateId,
    /// All versions, the latest first; nothing while they are loaded.
    pub(super) rows: RwSignal<Option<Result<Vec<VersionRow>, Problem>>>,
    /// The version to compare, once one was chosen and loaded.
    pub(super) chosen: RwSignal<Option<Result<TemplateVersion, Problem>>>,
    /// The latest version, once it is loaded.
    latest: RwSignal<Option<TemplateVersion>>,
}

impl VersionsState {
    /// Nothing is loaded yet.
    pub(super) fn new(template: TemplateId) -> Self {
        Self {
            template,
            rows: RwSignal::new(None),
            chosen: RwSignal::new(None),
            latest: RwSignal::new(None),
        }
    }

    /// Loads the list of versions, and the latest of them.
    pub(super) fn load(self) {
        spawn_local(async move {
            let rows = load_template_versions(self.template).await.map_err(|error| error.0);
            let latest = rows.as_ref().ok().and_then(|rows| rows.first()).map(|row| row.version);
            self.rows.try_set(Some(rows));
            if let Some(version) = latest {
                let latest = load_template_version(self.template, version).await.ok();
                self.latest.try_set(latest);
            }
        });
    }

    /// Loads a version to compare.
    pub(super) fn choose(self, version: i32) {
        spawn_local(async move {
            let found =
                load_template_version(self.template, version).await.map_err(|error| error.0);
            self.chosen.try_set(Some(found));
        });
    }

    /// Why publishing is pointless: the draft equals the latest version.
    pub(super) fn same_as_latest(self, draft: &Workflow) -> Option<String> {
        self.latest.with(|latest| {
            let latest = latest.as_ref().filter(|latest| latest.workflow == *draft)?;
            Some(format!("No changes since v{}.", latest.row.version))
        })
    }

    /// The rows of the list; nothing while they are loaded.
    pub(super) fn entries(self) -> Option<Result<Vec<VersionEntry>, Problem>> {
        let entry = |row: VersionRow| VersionEntry {
            number: row.version,
            note: row.note,
            at: row.created_at,
            by: row.created_by,
        };
        Some(self.rows.get()?.map(|rows| rows.into_iter().map(entry).collect()))
    }

    /// The number of the version to compare; nothing where none could be loaded.
    pub(super) fn chosen_number(self) -> Option<i32> {
        self.chosen.with(|chosen| Some(chosen.as_ref()?.as_ref().ok()?.row.version))
    }
}

/// The differences: a summary, a picture and the parts one by one.
#[component]
pub(super) fn Changes(old: Workflow, new: Signal<Workflow>) -> impl IntoView {
    let before = old.clone();
    let found = Memo::new(move |_| new.with(|new| diff(&before, new)));
    let picture = move || {
        let marks = marks(&found.read());
        let both = new.with(|new| merge_for_display(&old, new));
        (!marks.is_empty()).then(|| {
            view! {
                <div class="changes__picture" data-testid="changes-picture">
                    <Miniature workflow=both marks=marks />
                </div>
            }
        })
    };
    let rows = move || {
        let row = |difference: Difference| view! { <Row difference=difference /> };
        found.get().into_iter().map(row).collect_view()
    };
    view! {
        <p class="num" role="status">
            {move || summary(&found.read())}
        </p>
        {picture}
        <ul class="changes">{rows}</ul>
    }
}

/// The new workflow together with the nodes and edges that only the old one has.
fn merge_for_display(old: &Workflow, new: &Workflow) -> Workflow {
    let mut both = new.clone();
    both.nodes.extend(old.nodes.iter().filter(|node| new.node(&node.id).is_none()).cloned());
    let ends =
        |edge: &&Edge| both.node(&edge.source).is_some() && both.node(&edge.target).is_some();
    let gone = old.edges.iter().filter(|edge| new.edge(&edge.id).is_none()).filter(ends);
    both.edges.extend(gone.cloned().collect::<Vec<_>>());
    both
}

/// The marks of changed nodes in the picture; a node that only moved has none.
fn marks(differences: &[Difference]) -> BTreeMap<String, (&'static str, &'static str)> {
    let marked = differences.iter().filter(|one| one.what != What::Moved);
    let mark = |one: &Difference| Some((one.node.as_ref()?.to_string(), mark_of(one.what)));
    marked.filter_map(mark).collect()
}

#[component]
fn Row(difference: Difference) -> impl IntoView {
    let (mark, state) = mark_of(difference.what);
    let fields = difference.fields.into_iter().map(field).collect_view();
    view! {
        <li class="changes__part" data-state=state>
            <span class="changes__mark num" aria-label=state>
                {mark}
            </span>
            <span>{difference.words}</span>
            <ul class="changes__fields">{fields}</ul>
        </li>
    }
}

/// A field that differs; of two texts only the words that differ are marked.
fn field(FieldDifference { words, before, after }: FieldDifference) -> AnyView {
    match (&before, &after) {
        (Some(Value::String(before)), Some(Value::String(after))) => view! {
            <li class="diff changes__words">
                <span class="muted small">{words}</span>
                <WordDifference pieces=pieces(before, after) />
            </li>
        }
        .into_any(),
        (before, after) => view! {
            <li class="changes__field">
                <span class="muted small">{words}</span>
                <del>{format_value(before.as_ref())}</del>
                <ins>{format_value(after.as_ref())}</ins>
            </li>
        }
        .into_any(),
    }
}

fn mark_of(what: What) -> (&'static str, &'static str) {
    match what {
        What::Added => ("+", "added"),
        What::Removed => ("−", "removed"),
        What::Changed => ("~", "changed"),
        What::Moved => ("→", "moved"),
    }
}

/// The numbers of differences, such as "1 added, 2 changed", or that there are none.
fn summary(differences: &[Difference]) -> String {
    let count = |what: What| differences.iter().filter(|one| one.what == what).count();
    let part = |what: What| {
        let count = count(what);
        (count > 0).then(|| format!("{count} {}", mark_of(what).1))
    };
    let parts = [What::Added, What::Removed, What::Changed, What::Moved].map(part);
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "No differences.".to_owned() } else { parts.join(", ") }
}

/// The text of a value; empty where there is none.
fn format_value(value: Option<&Value>) -> String {
    value.map(text_of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use model::template::blank_workflow;

    use super::*;

    #[test]
    fn what_differs_is_counted_by_what_became_of_it() {
        let old = blank_workflow("Old");
        let mut new = old.clone();
        new.nodes[0].data.label = "Begin".to_owned();
        new.nodes.remove(1);

        assert_eq!(summary(&diff(&old, &old)), "No differences.");
        assert_eq!(summary(&diff(&old, &new)), "1 removed, 1 changed");
    }

    #[test]
    fn the_picture_shows_what_is_gone_too() {
        let old = blank_workflow("Old");
        let mut new = old.clone();
        let gone = new.nodes.remove(1);
        new.edges.clear();

        let marks = marks(&diff(&old, &new));

        assert_eq!(merge_for_display(&old, &new).nodes.len(), old.nodes.len());
        assert_eq!(marks.get(gone.id.as_str()), Some(&("−", "removed")));
    }
}
