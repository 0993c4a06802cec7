//! What launches of a project begin with: the repository, other values and the environment.

use api::projects::change_project;
use frame::{dialog_form::DialogForm, sending::Sending};
use leptos::prelude::*;
use model::{
    api::projects::ProjectChange,
    launch_context::{LaunchContext, REPO, REPO_FIELDS, REPO_LABELS},
    library::ProjectRow,
    number::read_json,
};
use serde_json::{Map, Value};
use ui::{
    dialog::Dialog,
    field::{LongTextField, TextField},
    toast::{ToastKind, use_toasts},
};

/// A dialog that shows the launch defaults of a project, and saves them.
#[component]
pub(super) fn DefaultsDialog(project: RwSignal<ProjectRow>, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog id="launch-defaults" title="Launch defaults" open=open>
            {move || open.get().then(|| view! { <DefaultsForm project=project open=open /> })}
        </Dialog>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Typed {
    repo: [RwSignal<String>; 3],
    values: RwSignal<String>,
    env: RwSignal<String>,
}

impl Typed {
    fn new(defaults: &LaunchContext) -> Self {
        let repo = defaults.context.get(REPO);
        let of_repo = |field: &str| {
            let text = repo.and_then(|repo| repo.get(field)).and_then(Value::as_str);
            RwSignal::new(text.unwrap_or_default().to_owned())
        };
        let others = defaults.context.iter().filter(|(name, _)| *name != REPO);
        let others: Map<String, Value> = others
            .chain(&defaults.variables)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let written = serde_json::to_string_pretty(&others).unwrap_or_default();
        let line = |(name, value): (&String, &Value)| {
            format!("{name}={}", value.as_str().unwrap_or_default())
        };
        let env: Vec<String> = defaults.env.iter().map(line).collect();
        Self {
            repo: REPO_FIELDS.map(of_repo),
            values: RwSignal::new(if others.is_empty() { String::new() } else { written }),
            env: RwSignal::new(env.join("\n")),
        }
    }

    /// The defaults to save; what else is known of the repository stays.
    ///
    /// # Errors
    /// Words about the values that cannot be read.
    fn read(self, before: &LaunchContext) -> Result<LaunchContext, String> {
        let mut repo = match before.context.get(REPO) {
            Some(Value::Object(repo)) => repo.clone(),
            Some(_) | None => Map::new(),
        };
        for (field, typed) in REPO_FIELDS.into_iter().zip(self.repo) {
            match typed.get_untracked().trim() {
                "" => drop(repo.remove(field)),
                text => drop(repo.insert(field.to_owned(), text.into())),
            }
        }
        let context = (!repo.is_empty()).then(|| (REPO.to_owned(), Value::Object(repo)));
        let variables = match self.values.get_untracked().trim() {
            "" => Map::new(),
            text => match read_json(text) {
                Ok(Value::Object(values)) => values,
                Ok(_) => return Err("Enter a JSON object: {\"name\": \"value\"}.".to_owned()),
                Err(error) => return Err(error.to_string()),
            },
        };
        let env = self.env.get_untracked();
        let env = env.lines().filter(|line| !line.trim().is_empty()).map(|line| {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            (name.trim().to_owned(), Value::from(value.trim()))
        });
        Ok(LaunchContext { context: context.into_iter().collect(), variables, env: env.collect() })
    }
}

#[component]
fn DefaultsForm(project: RwSignal<ProjectRow>, open: RwSignal<bool>) -> impl IntoView {
    let (id, before) = project.with_untracked(|row| (row.id, row.launch_defaults.clone()));
    let (typed, sending, toasts) = (Typed::new(&before), Sending::default(), use_toasts());
    let unread = RwSignal::new(None::<String>);
    let save = move |()| {
        let defaults = match typed.read(&before) {
            Ok(defaults) => defaults,
            Err(words) => return unread.set(Some(words)),
        };
        unread.set(None);
        let change = ProjectChange { launch_defaults: Some(defaults), ..ProjectChange::default() };
        sending.send(change_project(id, change), move |now| {
            project.try_set(now);
            open.try_set(false);
            toasts.show(ToastKind::Done, "Launch defaults saved.");
        });
    };
    let values_error = about(sending, "launch_defaults.variables");
    let values_error = Signal::derive(move || unread.get().or_else(|| values_error.get()));
    let repo = REPO_LABELS.into_iter().zip(REPO_FIELDS).zip(typed.repo);
    let repo = repo.map(|((label, field), value)| {
        view! { <TextField name=format!("default-{field}") label=label value=value /> }
    });
    view! {
        <DialogForm open=open sending=sending on_submit=save verb="Save">
            <p class="muted">
                "Runs in this project start with these values unless the launch form changes them. Everyone in the workspace can see them."
            </p>
            {repo.collect_view()}
            <LongTextField
                name="default-values"
                label="Other values"
                help="A JSON object. Steps read a value as ${name}."
                value=typed.values
                error=values_error
                rows=3
            />
            <LongTextField
                name="default-env"
                label="Environment"
                help="NAME=value, one per line. Use names that an admin allows in Settings."
                value=typed.env
                error=about(sending, "launch_defaults.env")
                rows=3
            />
        </DialogForm>
    }
}

/// What the refusal says about the values at this path.
fn about(sending: Sending, path: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        let about = sending
            .problem
            .get()?
            .errors
            .into_iter()
            .filter(|error| error.path.as_deref().is_some_and(|found| found.starts_with(path)));
        let words: Vec<String> = about.map(|error| error.message).collect();
        (!words.is_empty()).then(|| words.join(" "))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_shown_is_saved_as_the_same_values() {
        Owner::new().with(|| {
            let before: LaunchContext = serde_json::from_value(json!({
                "context": { "repo": { "owner": "ada", "private": true }, "ticket": { "id": 7 } },
                "variables": { "label": "bug" },
                "env": { "STAGE": "a=b" },
            }))
            .unwrap();
            let typed = Typed::new(&before);
            typed.repo[2].set(" main ".to_owned());

            let now = serde_json::to_value(typed.read(&before).unwrap()).unwrap();

            assert_eq!(
                now,
                json!({
                    "context": { "repo": { "owner": "ada", "private": true, "default_branch": "main" } },
                    "variables": { "ticket": { "id": 7 }, "label": "bug" },
                    "env": { "STAGE": "a=b" },
                })
            );
            typed.values.set("[1]".to_owned());
            assert!(typed.read(&before).is_err());
        });
    }
}
