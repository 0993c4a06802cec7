//! What is refused of a list of steps before it becomes a workflow, each with its path in the file.

use std::collections::BTreeSet;

use super::format::{
    Config, Input, MAX_MULTIPLIER, MIN_DELAY_MS, MIN_LONGEST_DELAY_MS, Retry, Step,
};
use crate::{
    expr::{ExprError, Expression, Path, RESERVED, Template},
    mcp::name::ToolName,
    nodes::{NodeConfig, tool},
    problem::FieldProblem,
    text::{
        name::{NAME_WORDS, is_name},
        nearest::nearest,
    },
    validate::Code,
    workflow::{RetryPolicy, Settings},
};

/// What may stand in references, for files that were written for JavaScript.
const READ_WORDS: &str = "Use paths such as issue.labels[0].name, comparisons, and functions such \
                          as size(x). The only supported JavaScript is new Date().toISOString(). \
                          Write $${ for a literal ${.";

/// Everything that is wrong with the inputs, the steps and the settings of a file, each with its path.
/// A name that no step has may be context, which the launch brings: nothing is said of it here.
pub(super) fn find_refusals(
    inputs: &[Input],
    steps: &[Step],
    config: &Config,
) -> Vec<FieldProblem> {
    let mut found = vec![];
    for (place, Input { name, .. }) in inputs.iter().enumerate() {
        let mut refusals = Refusals { path: format!("inputs[{place}]"), found: &mut found };
        if !is_name(name) {
            let name = name.escape_debug();
            let message = format!("“{name}” isn't a valid name of an input. Use {NAME_WORDS}.");
            refusals.add("malformed", "name", message);
        } else if inputs[..place].iter().any(|other| other.name == *name) {
            let message = format!("Another input is also called {name}.");
            refusals.add(Code::DuplicateId.as_str(), "name", message);
        }
    }
    if steps.is_empty() {
        let message = "Add at least one step.";
        found.push(FieldProblem::field(Code::ValueOutOfRange.as_str(), "steps", message));
    }
    for (place, step) in steps.iter().enumerate() {
        let mut refusals = Refusals { path: format!("steps[{place}]"), found: &mut found };
        refusals.names(step, &steps[..place]);
        if let Some(ms) = step.timeout_ms {
            refusals.range("timeoutMs", ms, 1, Settings::MAX_TIMEOUT_MS);
        }
        if let Some(retry) = &step.retry {
            refusals.retry(retry);
        }
        refusals.references(step, &steps[..place], &steps[place..]);
    }
    let mut refusals = Refusals { path: "config".to_owned(), found: &mut found };
    let (least, most) = (Settings::MIN_TIMEOUT_MS, Settings::MAX_TIMEOUT_MS);
    refusals.range("timeoutMs", config.timeout_ms, least, most);
    refusals.range("maxRetries", config.max_retries.into(), 0, Settings::MAX_RETRIES.into());
    found
}

/// The name of a step's result: the assigned one, or the step's name.
pub(super) fn result_name(step: &Step) -> &str {
    step.assign.as_deref().unwrap_or(&step.name)
}

/// The texts of a step's arguments and links that may refer, each with its path in the step.
pub(super) fn texts(step: &Step) -> Vec<(String, String)> {
    let (params, external_refs) = (step.params.clone(), step.external_refs.clone());
    NodeConfig::from(tool::Config { params, external_refs, ..tool::Config::default() }).texts()
}

/// Collects what is refused of one part of a file.
struct Refusals<'a> {
    /// Where the part lies in the file.
    path: String,
    found: &'a mut Vec<FieldProblem>,
}

impl Refusals<'_> {
    fn add(&mut self, code: &str, field: &str, message: String) -> &mut FieldProblem {
        let path = format!("{}.{field}", self.path);
        self.found.push(FieldProblem::field(code, path, message));
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    fn range(&mut self, field: &str, found: u64, least: u64, most: u64) {
        if !(least..=most).contains(&found) {
            let name = field.rsplit('.').next().unwrap_or(field);
            let message = format!("{name} must be between {least} and {most}, but is {found}.");
            self.add(Code::ValueOutOfRange.as_str(), field, message);
        }
    }

    fn names(&mut self, step: &Step, before: &[Step]) {
        let Step { name, tool, .. } = step;
        let duplicate = Code::DuplicateId.as_str();
        if !is_name(name) {
            let message =
                format!("“{}” isn't a valid step name. Use {NAME_WORDS}.", name.escape_debug());
            self.add("malformed", "name", message);
        } else if before.iter().any(|other| other.name == *name) {
            self.add(duplicate, "name", format!("Another step is also called {name}."));
        }
        let field = if step.assign.is_some() { "assign" } else { "name" };
        let result = result_name(step);
        if !is_name(result) && field == "assign" {
            let message =
                format!("“{}” isn't a valid result name. Use {NAME_WORDS}.", result.escape_debug());
            self.add("malformed", field, message);
        } else if RESERVED.contains(&result) {
            let message = format!("{result} is reserved. Use another name.");
            self.add(Code::InvalidName.as_str(), field, message);
        } else if let Some(other) = before.iter().find(|other| result_name(other) == result)
            && other.name != *name
        {
            let message = format!("{result} is already the result of {}.", other.name);
            self.add(duplicate, field, message);
        }
        if ToolName::parse(tool).is_none() {
            let message = format!("“{}” isn't a tool. Write server.toolName.", tool.escape_debug());
            self.add("malformed", "tool", message);
        }
    }

    fn retry(&mut self, retry: &Retry) {
        let most = Settings::MAX_TIMEOUT_MS;
        let (first, longest) = (retry.initial_delay_ms, retry.max_delay_ms);
        let attempts = u64::from(retry.max_attempts);
        self.range("retry.maxAttempts", attempts, 1, RetryPolicy::MAX_ATTEMPTS.into());
        if !(1.0..=MAX_MULTIPLIER).contains(&retry.backoff_multiplier) {
            let found = retry.backoff_multiplier;
            let message = format!(
                "backoffMultiplier must be between 1 and {MAX_MULTIPLIER}, but is {found}."
            );
            self.add(Code::ValueOutOfRange.as_str(), "retry.backoffMultiplier", message);
        }
        self.range("retry.initialDelayMs", first, MIN_DELAY_MS, most);
        self.range("retry.maxDelayMs", longest, MIN_LONGEST_DELAY_MS, most);
        if first <= most && longest >= MIN_LONGEST_DELAY_MS && first > longest {
            let message = format!("initialDelayMs can't be greater than maxDelayMs, {longest}.");
            self.add(Code::ValueOutOfRange.as_str(), "retry.initialDelayMs", message);
        }
    }

    /// What cannot be read, and what refers to a step that is not finished by then.
    fn references(&mut self, step: &Step, before: &[Step], after: &[Step]) {
        for (field, text) in texts(step) {
            let read = Template::parse(&text).map(|template| template.references());
            self.text(&field, read, before, after);
        }
        if let Some(condition) = &step.condition {
            let read = Expression::parse(condition).map(|expression| expression.references());
            self.text("if", read, before, after);
        }
    }

    fn text(
        &mut self,
        field: &str,
        read: Result<Vec<Path>, ExprError>,
        before: &[Step],
        after: &[Step],
    ) {
        let paths = match read {
            Ok(paths) => paths,
            Err(error) => {
                let code = Code::InvalidExpression.as_str();
                self.add(code, field, error.to_string()).fix = Some(READ_WORDS.to_owned());
                return;
            }
        };
        let mut told = BTreeSet::new();
        for path in &paths {
            if let Some((name, later)) = later_step(path, before, after)
                && told.insert(name)
            {
                let (own, known) = (&after[0].name, before.iter().map(result_name));
                let (message, way_out) = if later.name == *own {
                    (
                        format!("{path} is the result of this step itself."),
                        "Refer to the result of an earlier step.".to_owned(),
                    )
                } else {
                    (
                        format!(
                            "{path} is the result of {}, which runs after this step.",
                            later.name
                        ),
                        format!("Move {own} after {}.", later.name),
                    )
                };
                let near = nearest(name, known).map(|near| format!("Did you mean {near}?"));
                let fix = near.unwrap_or(way_out);
                self.add(Code::NotAnAncestor.as_str(), field, message).fix = Some(fix);
            }
        }
    }
}

/// The name by which a path refers to a step that does not run before the first of `after`, and
/// that step.
fn later_step<'a>(
    path: &'a Path,
    before: &[Step],
    after: &'a [Step],
) -> Option<(&'a str, &'a Step)> {
    let (name, by_id) = match path.name() {
        "nodes" => (path.key(1)?, true),
        name => (name, false),
    };
    let is_named = |step: &&Step| step.name == name || (!by_id && result_name(step) == name);
    if before.iter().any(|step| is_named(&step)) {
        return None;
    }
    after.iter().find(is_named).map(|step| (name, step))
}
