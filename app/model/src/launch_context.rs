//! What a launch gives its workflow besides parameters: context such as `${repo.owner}`, variables,
//! and environment names such as `${env.STAGE}`.
//!
//! An execution keeps all of it in its context, frozen, beside [what was brought along](crate::execution::brought).

use std::{collections::BTreeSet, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    expr::{Path, RESERVED},
    problem::{FieldProblem, join_path},
    text::name::{NAME_WORDS, is_name},
    workflow::Workflow,
};

/// The name of the repository in launch context.
pub const REPO: &str = "repo";
/// The texts of [`REPO`].
pub const REPO_FIELDS: [&str; 3] = ["owner", "name", "default_branch"];
/// What people call [`REPO_FIELDS`].
pub const REPO_LABELS: [&str; 3] = ["Repository owner", "Repository name", "Default branch"];
/// The name of the environment, in expressions and in the stored context.
const ENV: &str = "env";
/// What is brought along lies under these names in the stored context.
const BROUGHT: [&str; 2] = ["documents", "uploads"];

/// Values that a launch gives, or that a project gives to launches which leave them out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LaunchContext {
    /// Values by name, read as `${name}`: `repo` with the texts `owner`, `name` and
    /// `default_branch`, and any others.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub context: Map<String, Value>,
    /// More values by name, read as `${name}` too.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
    /// Texts by name, read as `${env.NAME}`. Only names that an admin allows.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub env: Map<String, Value>,
}

impl LaunchContext {
    /// The most bytes of all values together, as JSON.
    pub const MOST_BYTES: usize = 64 * 1024;

    /// What cannot be kept of it, whatever the workflow; paths begin with `place`.
    pub fn problems(&self, place: &str) -> Vec<FieldProblem> {
        let named = |group: &str, name: &String| join_path(place, &format!("{group}.{name}"));
        let mut problems = vec![];
        for name in self.context.keys().filter(|name| *name != REPO) {
            problems.extend(name_problem(name, named("context", name)));
        }
        problems
            .extend(self.context.get(REPO).into_iter().flat_map(|repo| repo_problems(repo, place)));
        for name in self.variables.keys() {
            let path = named("variables", name);
            if self.context.contains_key(name) && name != REPO {
                let message = format!("“{name}” is also in the context.");
                problems.push(FieldProblem::field("duplicate_name", path, message));
            } else {
                problems.extend(name_problem(name, path));
            }
        }
        for (name, value) in &self.env {
            let path = named(ENV, name);
            if !is_env_name(name) {
                problems.push(FieldProblem::field("malformed", path, env_name_words(name)));
            } else if !value.is_string() {
                let message =
                    format!("{name} must be text, because it is an environment variable.");
                problems.push(FieldProblem::field("wrong_type", path, message));
            }
        }
        let bytes = serde_json::to_string(self).map_or(0, |text| text.len());
        if bytes > Self::MOST_BYTES {
            let most = Self::MOST_BYTES;
            let message = format!("The launch context is {bytes} bytes; the limit is {most}.");
            problems.push(FieldProblem::field("too_large", join_path(place, "context"), message));
        }
        problems
    }

    /// Each value with the path under which expressions read it, objects field by field.
    pub fn listed(&self) -> Vec<(String, Value)> {
        let fields = |name: &String, fields: &Map<String, Value>| {
            let row =
                |(field, value): (&String, &Value)| (format!("{name}.{field}"), value.clone());
            fields.iter().map(row).collect::<Vec<_>>()
        };
        let values =
            self.context.iter().chain(&self.variables).flat_map(|(name, value)| match value {
                Value::Object(object) if !object.is_empty() => fields(name, object),
                value => vec![(name.clone(), value.clone())],
            });
        values.chain(fields(&ENV.to_owned(), &self.env)).collect()
    }

    /// The value that a path leads to; only names are followed.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        let mut keys = (0..path.segments().len()).map(|at| path.key(at));
        let first = match keys.next()?? {
            ENV => self.env.get(keys.next()??)?,
            name => self.context.get(name).or_else(|| self.variables.get(name))?,
        };
        keys.try_fold(first, |value, key| value.get(key?))
    }

    /// Sets the value that a path leads to; does nothing for one with a place in a list.
    pub fn set(&mut self, path: &Path, value: Value) {
        let keys: Option<Vec<&str>> = (0..path.segments().len()).map(|at| path.key(at)).collect();
        let (object, keys) = match keys.as_deref() {
            Some([ENV, keys @ ..]) => (&mut self.env, keys.to_vec()),
            Some(keys) => (&mut self.context, keys.to_vec()),
            None => return,
        };
        let Some((last, around)) = keys.split_last() else { return };
        let mut place = object;
        for key in around {
            let inner = place.entry(*key).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(inner) = inner else { return };
            place = inner;
        }
        place.insert((*last).to_owned(), value);
    }

    /// Its environment names that are not among the allowed ones; paths begin with `place`.
    pub fn env_problems(&self, place: &str, allowed: &[String]) -> Vec<FieldProblem> {
        let refused = self.env.keys().filter(|name| is_env_name(name) && !allowed.contains(name));
        let problem = |name: &String| {
            let message = format!("A launch can't set the environment variable {name}.");
            let path = join_path(place, &format!("{ENV}.{name}"));
            FieldProblem::field("env_not_allowed", path, message)
                .with_fix("Ask an admin to allow it in the workspace's settings.")
        };
        refused.map(problem).collect()
    }

    /// What an execution of `workflow` is launched with: these values, and those of `defaults` that
    /// they leave out. Defaults under a name that the workflow assigns, or that is no allowed
    /// environment name any more, are left out.
    ///
    /// # Errors
    /// Every name or value that cannot be taken, with its path.
    pub fn bind(
        self,
        defaults: Self,
        allowed: &[String],
        workflow: &Workflow,
    ) -> Result<BoundContext, Vec<FieldProblem>> {
        let names = workflow.names();
        let mut problems = self.problems("");
        for (group, values) in [("context", &self.context), ("variables", &self.variables)] {
            let assigned = values.keys().filter_map(|name| Some((name, names.get(name)?)));
            problems.extend(assigned.map(|(name, id)| {
                let title = workflow.node(id).map_or(id.as_str(), |node| node.title());
                let message = format!("“{name}” is the name of the result of “{title}”.");
                FieldProblem::field("assigned_name", format!("{group}.{name}"), message)
                    .with_fix("Choose another name for the value.")
            }));
        }
        problems.extend(self.env_problems("", allowed));
        if !problems.is_empty() {
            return Err(problems);
        }
        let (mut values, mut env) = (defaults.values(), defaults.env);
        values.retain(|name, _| !names.contains_key(name));
        env.retain(|name, _| allowed.contains(name));
        let values = merged(self.values(), values);
        env.extend(self.env);
        Ok(BoundContext { values, env })
    }

    /// Context and variables together.
    fn values(&self) -> Map<String, Value> {
        self.context.iter().chain(&self.variables).map(|(n, v)| (n.clone(), v.clone())).collect()
    }

    /// What an execution with this stored context was launched with; its variables are among the
    /// context.
    pub fn from_stored(stored: &Map<String, Value>) -> Self {
        let is_value = |name: &String| name != ENV && !BROUGHT.contains(&name.as_str());
        let context = stored.iter().filter(|(name, _)| is_value(name));
        Self {
            context: context.map(|(name, value)| (name.clone(), value.clone())).collect(),
            variables: Map::new(),
            env: stored_env(stored).cloned().unwrap_or_default(),
        }
    }
}

/// The values that the expressions of one execution read besides its parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoundContext {
    /// Context and variables by name.
    pub values: Map<String, Value>,
    /// Environment texts by name.
    pub env: Map<String, Value>,
}

impl BoundContext {
    /// Adds it to the context that an execution keeps.
    pub fn store_in(self, stored: &mut Map<String, Value>) {
        stored.extend(self.values);
        if !self.env.is_empty() {
            stored.insert(ENV.to_owned(), Value::Object(self.env));
        }
    }
}

/// The environment texts among an execution's stored context.
pub(crate) fn env_in(stored: &Map<String, Value>) -> Arc<Map<String, Value>> {
    stored_env(stored).cloned().map(Arc::new).unwrap_or_default()
}

fn stored_env(stored: &Map<String, Value>) -> Option<&Map<String, Value>> {
    stored.get(ENV).and_then(Value::as_object)
}

/// The names that launches of a workspace may set as `env`, each once, as an admin writes them.
///
/// # Errors
/// A name that is none, by its place in the list; more than 100.
pub fn checked_env_names(written: &[String]) -> Result<Vec<String>, Vec<FieldProblem>> {
    const MOST: usize = 100;
    let names: BTreeSet<String> =
        written.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let wrong = |(place, name): (usize, &String)| {
        let (path, name) = (format!("launch_env_names[{place}]"), name.trim());
        let is_wrong = !name.is_empty() && !is_env_name(name);
        is_wrong.then(|| FieldProblem::field("malformed", path, env_name_words(name)))
    };
    let mut problems: Vec<FieldProblem> = written.iter().enumerate().filter_map(wrong).collect();
    if names.len() > MOST {
        let message = format!("You entered {} names; the limit is {MOST}.", names.len());
        problems.push(FieldProblem::field("too_many", "launch_env_names", message));
    }
    if problems.is_empty() { Ok(names.into_iter().collect()) } else { Err(problems) }
}

fn is_env_name(name: &str) -> bool {
    let mut letters = name.bytes();
    name.len() <= 64
        && letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
}

fn env_name_words(name: &str) -> String {
    format!("“{name}” isn't a valid environment name. Use up to 64 letters, digits and _.")
}

/// Whether a launch may give a value of this name.
pub(crate) fn may_be_given(name: &str) -> bool {
    name_problem(name, String::new()).is_none()
}

/// What is wrong with the name of a value.
fn name_problem(name: &str, path: String) -> Option<FieldProblem> {
    if RESERVED.contains(&name) || BROUGHT.contains(&name) {
        let message = format!("“{name}” is reserved.");
        let wrong = FieldProblem::field("reserved_name", path, message);
        return Some(wrong.with_fix("Choose another name for the value."));
    }
    let message = || format!("“{name}” isn't a valid name. Use {NAME_WORDS}.");
    (!is_name(name)).then(|| FieldProblem::field("malformed", path, message()))
}

/// What is wrong with the repository.
fn repo_problems(repo: &Value, place: &str) -> Vec<FieldProblem> {
    let path = join_path(place, "context.repo");
    let Value::Object(repo) = repo else {
        let message = "repo must be an object with owner, name and default_branch.";
        return vec![FieldProblem::field("wrong_type", path, message)];
    };
    let wrong =
        REPO_FIELDS.iter().filter(|field| repo.get(**field).is_some_and(|v| !v.is_string()));
    wrong
        .map(|field| {
            let message = format!("{field} of repo must be text.");
            FieldProblem::field("wrong_type", format!("{path}.{field}"), message)
        })
        .collect()
}

/// The values, with the defaults for what they leave out, in objects as well.
fn merged(values: Map<String, Value>, mut defaults: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in values {
        let value = match (value, defaults.remove(&name)) {
            (Value::Object(own), Some(Value::Object(others))) => Value::Object(merged(own, others)),
            (own, _) => own,
        };
        defaults.insert(name, value);
    }
    defaults
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::expr::Segment;

    fn context(value: Value) -> LaunchContext {
        serde_json::from_value(value).unwrap()
    }

    fn workflow() -> Workflow {
        Workflow::from_value(&json!({
            "nodes": [{ "id": "a", "type": "transform", "position": { "x": 0, "y": 0 },
                        "data": { "label": "Branch off", "assign": "branch",
                                  "config": { "operations": [] } } }],
            "edges": [],
        }))
        .unwrap()
    }

    fn refusals(given: Value) -> Vec<(String, String)> {
        let bound = context(given).bind(LaunchContext::default(), &[], &workflow());
        let problems = bound.unwrap_err().into_iter();
        problems.map(|wrong| (wrong.code, wrong.path.unwrap())).collect()
    }

    #[test]
    fn what_a_launch_leaves_out_comes_from_the_defaults() {
        let given = context(json!({
            "context": { "repo": { "owner": "ada", "name": "shop" } },
            "variables": { "label": "bug" },
            "env": { "STAGE": "test" },
        }));
        let defaults = context(json!({
            "context": { "repo": { "owner": "team", "default_branch": "main" }, "ticket": 7 },
            "variables": { "label": "old", "branch": "not over what a step gives" },
            "env": { "STAGE": "live", "REGION": "eu", "GONE": "no longer allowed" },
        }));
        let allowed = ["STAGE".to_owned(), "REGION".to_owned()];

        let bound = given.bind(defaults, &allowed, &workflow()).unwrap();

        let repo = json!({ "owner": "ada", "name": "shop", "default_branch": "main" });
        let values = json!({ "repo": repo, "ticket": 7, "label": "bug" });
        assert_eq!(Value::Object(bound.values.clone()), values);
        assert_eq!(Value::Object(bound.env.clone()), json!({ "STAGE": "test", "REGION": "eu" }));
        let mut stored = Map::from_iter([("documents".to_owned(), json!([]))]);
        bound.clone().store_in(&mut stored);
        let shown = LaunchContext::from_stored(&stored);
        assert_eq!((shown.context, shown.env), (bound.values, bound.env.clone()));
        assert_eq!(*env_in(&stored), bound.env);
    }

    #[test]
    fn names_that_mean_something_else_are_refused_with_their_path() {
        let refused = |code: &str, path: &str| (code.to_owned(), path.to_owned());

        assert_eq!(refusals(json!({ "variables": { "repo": 1 } }))[0].0, "reserved_name");
        assert_eq!(
            refusals(json!({ "context": { "now": 1, "documents": [] } })),
            [
                refused("reserved_name", "context.documents"),
                refused("reserved_name", "context.now")
            ]
        );
        assert_eq!(
            refusals(json!({ "variables": { "branch": "x" } })),
            [refused("assigned_name", "variables.branch")]
        );
        assert_eq!(
            refusals(json!({ "context": { "a": 1 }, "variables": { "a": 1, "B c": 1 } })),
            [refused("malformed", "variables.B c"), refused("duplicate_name", "variables.a")]
        );
        assert_eq!(
            refusals(json!({ "context": { "repo": { "owner": 7 } }, "env": { "A": 1, "B": "b" } })),
            [
                refused("wrong_type", "context.repo.owner"),
                refused("wrong_type", "env.A"),
                refused("env_not_allowed", "env.A"),
                refused("env_not_allowed", "env.B"),
            ]
        );
        let large = "x".repeat(LaunchContext::MOST_BYTES);
        assert_eq!(refusals(json!({ "context": { "a": large } }))[0].0, "too_large");
    }

    #[test]
    fn values_are_read_and_set_by_the_paths_of_expressions() {
        let path = |keys: &[&str]| {
            let mut keys = keys.iter().map(|&key| key.to_owned());
            let root = Path::root(keys.next().unwrap());
            keys.fold(root, |path, key| path.then(Segment::Key(key)))
        };
        let mut given = context(json!({ "context": { "ticket": "old" } }));

        given.set(&path(&["repo", "owner"]), json!("ada"));
        given.set(&path(&["ticket", "id"]), json!("not inside of a text"));
        given.set(&path(&["env", "STAGE"]), json!("test"));

        assert_eq!(given.get(&path(&["repo", "owner"])), Some(&json!("ada")));
        assert_eq!(given.get(&path(&["repo", "name"])), None);
        assert_eq!(given.get(&path(&["env", "STAGE"])), Some(&json!("test")));
        let listed: Vec<_> = given.listed().into_iter().map(|(name, _)| name).collect();
        assert_eq!(listed, ["repo.owner", "ticket", "env.STAGE"]);
    }

    #[test]
    fn environment_names_are_letters_digits_and_low_lines_once_each() {
        let names = |written: &[&str]| {
            checked_env_names(&written.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
        };

        assert_eq!(names(&[" STAGE", "A_1", "STAGE", ""]).unwrap(), ["A_1", "STAGE"]);
        let wrong = names(&["A", "1A", "A-B"]).unwrap_err();
        let paths: Vec<_> = wrong.into_iter().filter_map(|wrong| wrong.path).collect();
        assert_eq!(paths, ["launch_env_names[1]", "launch_env_names[2]"]);
    }
}
