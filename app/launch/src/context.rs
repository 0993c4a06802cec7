//! The fields of the values that a workflow reads from its launch besides parameters: the
//! repository, other context and the environment. They begin with the defaults of the project.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    expr::{Path, Segment},
    id::ProjectId,
    launch_context::{LaunchContext, REPO, REPO_FIELDS, REPO_LABELS},
    library::ProjectRow,
    number::read_json,
    problem::FieldProblem,
    validate::context_references,
    value::text_of,
    workflow::Workflow,
};
use serde_json::Value;
use ui::field::FormField;

/// The first name of paths into the environment.
const ENV: &str = "env";

/// A value that a step reads, and what is filled in for it.
#[derive(Debug, Clone)]
struct ContextField {
    /// Where expressions read it: names only.
    path: Path,
    value: RwSignal<String>,
    /// The default of the project that was filled in last.
    default: StoredValue<String>,
}

impl ContextField {
    fn label(&self) -> String {
        let field = self.path.key(1);
        let in_repo = || {
            let mut labels = REPO_FIELDS.into_iter().zip(REPO_LABELS);
            labels.find(|(known, _)| Some(*known) == field).map(|(_, label)| label)
        };
        let label = match self.path.name() {
            REPO => in_repo(),
            ENV => field,
            _ => None,
        };
        label.map_or_else(|| self.path.to_string(), str::to_owned)
    }

    fn help(&self) -> Option<String> {
        (self.path.name() == ENV).then(|| "An admin must allow this name.".to_owned())
    }

    fn is_empty(&self) -> bool {
        self.value.read().trim().is_empty()
    }

    fn problem(&self) -> Option<FieldProblem> {
        let message = || format!("Fill in “{}”.", self.label());
        self.is_empty().then(|| {
            FieldProblem::field("missing_context", problem_path(&self.path.to_string()), message())
        })
    }

    /// Fills in the default of another project, unless something else was typed.
    fn set_default(&self, defaults: &LaunchContext) {
        let now = defaults.get(&self.path).map(text_of).unwrap_or_default();
        let is_untouched =
            self.value.with_untracked(|value| self.default.with_value(|before| value == before));
        if is_untouched {
            self.value.set(now.clone());
        }
        self.default.set_value(now);
    }

    /// What is to be sent: nothing where the project's default stays, which may be no text.
    fn sent(&self) -> Option<Value> {
        let text = self.value.get();
        let is_default = self.default.with_value(|default| *default == text);
        if is_default || text.trim().is_empty() {
            return None;
        }
        let is_json = self.path.name() != ENV && text.trim_start().starts_with(['{', '[']);
        let json = is_json.then(|| read_json(&text).ok()).flatten();
        Some(json.unwrap_or_else(|| text.into()))
    }
}

/// The path of a problem of the value that expressions read there.
fn problem_path(read: &str) -> String {
    match read.strip_prefix("env.") {
        Some(_) => read.to_owned(),
        None => format!("context.{read}"),
    }
}

/// The id of the field that a problem is about; none where it is about something else.
pub(super) fn field_of_problem(path: &str) -> Option<String> {
    let read = path.strip_prefix("context.").or(path.starts_with("env.").then_some(path))?;
    Some(field_id(read))
}

fn field_id(read: &str) -> String {
    format!("context-{}", read.replace('.', "-"))
}

/// The fields of what a workflow reads besides its parameters.
#[derive(Debug, Clone, Copy)]
pub struct ContextForm {
    fields: StoredValue<Vec<ContextField>>,
    projects: StoredValue<Vec<ProjectRow>>,
}

impl ContextForm {
    /// The fields that the workflow needs, with the defaults of one of the projects.
    pub fn new(workflow: &Workflow, projects: &[ProjectRow], project: Option<ProjectId>) -> Self {
        let field = |path: Path| ContextField {
            path,
            value: RwSignal::new(String::new()),
            default: StoredValue::new(String::new()),
        };
        let fields = paths(workflow).into_iter().map(field).collect();
        let (fields, projects) = (StoredValue::new(fields), StoredValue::new(projects.to_vec()));
        let form = Self { fields, projects };
        form.set_project(project);
        form
    }

    /// Fills in the defaults of a project where nothing else was typed.
    pub fn set_project(self, project: Option<ProjectId>) {
        let defaults = self.projects.with_value(|projects| {
            let found = projects.iter().find(|row| Some(row.id) == project);
            found.map(|row| row.launch_defaults.clone()).unwrap_or_default()
        });
        self.fields
            .with_value(|fields| fields.iter().for_each(|field| field.set_default(&defaults)));
    }

    /// Fills in these values; fields without one stay as they are.
    pub fn fill(self, given: &LaunchContext) {
        self.fill_where(given, |_| true);
    }

    /// Fills in these values where nothing is filled in.
    pub fn fill_empty(self, given: &LaunchContext) {
        self.fill_where(given, |field| untrack(|| field.is_empty()));
    }

    fn fill_where(self, given: &LaunchContext, fills: impl Fn(&ContextField) -> bool) {
        self.fields.with_value(|fields| {
            for field in fields.iter().filter(|field| fills(field)) {
                if let Some(value) = given.get(&field.path) {
                    field.value.set(text_of(value));
                }
            }
        });
    }

    /// The values to send, those that are not the project's defaults.
    pub fn launch_context(self) -> LaunchContext {
        let mut given = LaunchContext::default();
        self.fields.with_value(|fields| {
            for field in fields {
                if let Some(value) = field.sent() {
                    given.set(&field.path, value);
                }
            }
        });
        given
    }

    /// The fields that are empty.
    pub fn problems(self) -> Vec<FieldProblem> {
        self.fields.with_value(|fields| fields.iter().filter_map(ContextField::problem).collect())
    }
}

/// The paths that are asked for, each once: of what is read whole and in part only the parts.
fn paths(workflow: &Workflow) -> Vec<Path> {
    let is_name = |segment: &&Segment| matches!(segment, Segment::Key(_));
    let mut found = BTreeSet::new();
    for reference in context_references(workflow) {
        let path = reference.path;
        let names = path.segments().iter().take_while(is_name).count();
        let path = path.beginning(names);
        match path.name() {
            REPO if names == 1 => found.extend(repo_paths(&path)),
            ENV if names == 1 => {}
            _ => found.extend([path]),
        }
    }
    let leads_on = |path: &Path| {
        let steps = path.segments().len();
        found.iter().any(|other| other != path && other.beginning(steps) == *path)
    };
    let mut paths: Vec<Path> = found.iter().filter(|path| !leads_on(path)).cloned().collect();
    paths.sort_by_key(place);
    paths
}

fn repo_paths(repo: &Path) -> Vec<Path> {
    REPO_FIELDS.into_iter().map(|field| repo.clone().then(Segment::Key(field.to_owned()))).collect()
}

/// The repository comes first, in the order in which people name one; the environment last.
fn place(path: &Path) -> usize {
    let field = path.key(1);
    let in_repo = || REPO_FIELDS.iter().position(|known| Some(*known) == field);
    match path.name() {
        REPO => in_repo().unwrap_or(REPO_FIELDS.len()),
        ENV => 5,
        _ => 4,
    }
}

/// The part of the form that asks for them; nothing where the workflow reads none.
#[component]
pub fn ContextFields(
    /// What is filled in.
    form: ContextForm,
    /// Whether empty fields are marked.
    #[prop(into)]
    checked: Signal<bool>,
) -> impl IntoView {
    let fields = form.fields.get_value();
    let row = move |field: ContextField| {
        let (label, help, value) = (field.label(), field.help(), field.value);
        let name = field_id(&field.path.to_string());
        let error = Signal::derive(move || {
            let problem = checked.get().then(|| field.problem()).flatten();
            problem.map(|problem| problem.message)
        });
        FormField::line(name, label, value).help(help).error(error).required(true).view()
    };
    (!fields.is_empty()).then(|| {
        view! {
            <section class="card launch__group">
                <h2 class="launch__title">"Launch context"</h2>
                <div class="form">{fields.into_iter().map(row).collect_view()}</div>
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn workflow() -> Workflow {
        let place = json!({ "x": 0, "y": 0 });
        let operation = |text: &str| json!({ "prompt": text });
        Workflow::from_value(&json!({
            "nodes": [
                { "id": "a", "type": "generate_copy", "position": place, "data": { "label": "",
                  "config": operation("${repo.name} of ${repo.owner}, ${ticket}, ${ticket.id}") } },
                { "id": "b", "type": "generate_copy", "position": place, "data": { "label": "",
                  "config": operation("${env.STAGE} ${severity ?? \"low\"} ${repo.owner}") } },
            ],
            "edges": [],
        }))
        .unwrap()
    }

    fn project(id: u8, defaults: Value) -> ProjectRow {
        serde_json::from_value(json!({
            "id": format!("0193bbbb-0000-7000-8000-00000000000{id}"), "name": "P", "archived": false, "documents": 0, "images": 0,
            "executions": 0, "launch_defaults": defaults,
        }))
        .unwrap()
    }

    #[test]
    fn what_steps_read_is_asked_for_once_the_repository_first() {
        let read: Vec<String> = paths(&workflow()).iter().map(Path::to_string).collect();

        assert_eq!(read, ["repo.owner", "repo.name", "ticket.id", "env.STAGE"]);
    }

    #[test]
    fn fields_begin_with_the_projects_defaults_and_send_what_differs() {
        Owner::new().with(|| {
            let first =
                project(1, json!({ "context": { "repo": { "owner": "ada", "name": "a" } } }));
            let second = project(2, json!({ "context": { "repo": { "owner": "bob" } } }));
            let form =
                ContextForm::new(&workflow(), &[first.clone(), second.clone()], Some(first.id));
            let own = LaunchContext {
                context: json!({ "repo": { "name": "mine" } }).as_object().unwrap().clone(),
                ..LaunchContext::default()
            };

            form.fill(&own);
            form.set_project(Some(second.id));

            assert_eq!(form.launch_context(), own, "the owner is the second project's default");
            let paths: Vec<_> =
                form.problems().into_iter().filter_map(|problem| problem.path).collect();
            assert_eq!(paths, ["context.ticket.id", "env.STAGE"]);
            assert_eq!(field_of_problem("env.STAGE").as_deref(), Some("context-env-STAGE"));
            assert_eq!(field_of_problem("parameters.env"), None);
        });
    }
}
