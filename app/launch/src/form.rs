//! The state of the form: one signal for each field.

use leptos::prelude::*;
use model::{
    parameter::{Parameter, ParameterKind},
    problem::FieldProblem,
    validate::validate_parameters,
    workflow::Workflow,
};
use serde_json::{Map, Value};

use super::{
    brought::Library,
    entry::{Entry, parameter_of, read, show},
};

/// The signal of one widget.
#[derive(Debug, Clone, Copy)]
pub enum Widget {
    /// What is written or chosen, as text.
    Text(RwSignal<String>),
    /// Whether the switch is on.
    Flag(RwSignal<bool>),
    /// The options that are chosen.
    Many(RwSignal<Vec<String>>),
}

impl Widget {
    fn new(entry: Entry) -> Self {
        match entry {
            Entry::Text(text) => Self::Text(RwSignal::new(text)),
            Entry::Flag(on) => Self::Flag(RwSignal::new(on)),
            Entry::Many(chosen) => Self::Many(RwSignal::new(chosen)),
        }
    }

    fn entry(self) -> Entry {
        match self {
            Self::Text(text) => Entry::Text(text.get()),
            Self::Flag(on) => Entry::Flag(on.get()),
            Self::Many(chosen) => Entry::Many(chosen.get()),
        }
    }

    fn set(self, entry: Entry) {
        match (self, entry) {
            (Self::Text(signal), Entry::Text(text)) => signal.set(text),
            (Self::Flag(signal), Entry::Flag(on)) => signal.set(on),
            (Self::Many(signal), Entry::Many(chosen)) => signal.set(chosen),
            // Both sides come from the same parameter, so their shapes agree.
            _ => {}
        }
    }
}

/// A parameter and its widget.
#[derive(Debug, Clone)]
pub struct Field {
    /// What is asked for.
    pub parameter: Parameter,
    /// What is filled in.
    pub widget: Widget,
}

/// Fields under one heading.
#[derive(Debug, Clone)]
pub struct Group {
    /// The heading: that of the parameters, or `Details` for those without a group.
    pub title: String,
    /// The fields, in the order of the workflow's parameters.
    pub fields: Vec<Field>,
}

/// The fields of a workflow's launch form.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    workflow: StoredValue<Workflow>,
    fields: StoredValue<Vec<Field>>,
}

impl Form {
    /// The form with every default filled in.
    pub fn new(workflow: Workflow) -> Self {
        let field = |parameter: &Parameter| Field {
            parameter: parameter.clone(),
            widget: Widget::new(show(parameter, parameter.default.as_ref())),
        };
        let fields = workflow.parameters.iter().map(field).collect();
        Self { workflow: StoredValue::new(workflow), fields: StoredValue::new(fields) }
    }

    /// The fields by group, in the order of their first appearance.
    pub fn groups(self) -> Vec<Group> {
        let mut groups: Vec<Group> = vec![];
        for field in self.fields.get_value() {
            let title = match field.parameter.group.as_str() {
                "" => "Details",
                group => group,
            };
            match groups.iter_mut().find(|group| group.title == title) {
                Some(group) => group.fields.push(field),
                None => groups.push(Group { title: title.to_owned(), fields: vec![field] }),
            }
        }
        groups
    }

    /// Fills in these values by the names of their parameters; other fields stay as they are.
    pub fn fill(self, values: &Map<String, Value>) {
        self.fields.with_value(|fields| {
            for field in fields {
                if let Some(value) = values.get(&field.parameter.name) {
                    field.widget.set(show(&field.parameter, Some(value)));
                }
            }
        });
    }

    /// Takes out picked documents and images that `library` no longer has. Gives the titles of the
    /// fields that had them.
    pub fn keep_offered(self, library: &Library) -> Vec<String> {
        use ParameterKind as P;
        let kept = |field: &Field| {
            let Widget::Many(picked) = field.widget else { return None };
            let is_picker =
                matches!(field.parameter.kind, P::Document | P::Documents | P::Image | P::Images);
            let options = library.options(field.parameter.kind);
            let is_there = |id: &String| options.iter().any(|option| option.value == *id);
            let lost = is_picker && picked.with_untracked(|picked| !picked.iter().all(is_there));
            lost.then(|| picked.update(|picked| picked.retain(is_there)))
                .map(|()| field.parameter.title().to_owned())
        };
        self.fields.with_value(|fields| fields.iter().filter_map(kept).collect())
    }

    /// Every parameter's example by name.
    pub fn examples(self) -> Map<String, Value> {
        let example =
            |field: &Field| Some((field.parameter.name.clone(), field.parameter.example.clone()?));
        self.fields.with_value(|fields| fields.iter().filter_map(example).collect())
    }

    /// The parameters as they are filled in now, and the fields that cannot be read.
    pub fn parameters(self) -> (Map<String, Value>, Vec<FieldProblem>) {
        let (mut parameters, mut problems) = (Map::new(), vec![]);
        for field in self.fields.get_value() {
            match read(&field.parameter, &field.widget.entry()) {
                Ok(Some(value)) => {
                    parameters.insert(field.parameter.name, value);
                }
                Ok(None) => {}
                Err(problem) => problems.push(*problem),
            }
        }
        (parameters, problems)
    }

    /// The parameters to send.
    ///
    /// # Errors
    /// Everything that is wrong by the rules of the server, in the order of the fields.
    pub fn checked(self) -> Result<Map<String, Value>, Vec<FieldProblem>> {
        self.workflow.with_value(|workflow| self.checked_for(workflow))
    }

    /// The parameters to send where only `runs`, a part of the workflow, is run.
    ///
    /// # Errors
    /// As [`Form::checked`].
    pub fn checked_for(self, runs: &Workflow) -> Result<Map<String, Value>, Vec<FieldProblem>> {
        let (parameters, mut problems) = self.parameters();
        let checked = validate_parameters(runs, &parameters);
        let unreadable: Vec<String> =
            problems.iter().filter_map(parameter_of).map(str::to_owned).collect();
        let known = |problem: &FieldProblem| {
            parameter_of(problem).is_some_and(|name| unreadable.iter().any(|n| n == name))
        };
        problems.extend(checked.err().unwrap_or_default().into_iter().filter(|p| !known(p)));
        if problems.is_empty() {
            return Ok(parameters);
        }
        problems.sort_by_key(|problem| self.place(problem));
        Err(problems)
    }

    fn place(self, problem: &FieldProblem) -> usize {
        let name = parameter_of(problem);
        let place = |fields: &Vec<Field>| {
            fields.iter().position(|field| Some(field.parameter.name.as_str()) == name)
        };
        self.fields.with_value(place).unwrap_or(usize::MAX)
    }

    pub fn with_workflow<T>(self, look: impl FnOnce(&Workflow) -> T) -> T {
        self.workflow.with_value(look)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;
    use ui::field::PickOption;

    use super::*;

    fn form() -> Form {
        let workflow = json!({ "parameters": [
            { "name": "topic", "type": "text", "required": true, "example": "Tea" },
            { "name": "copies", "type": "integer", "default": 1, "min": 1, "max": 20, "group": "How many" },
            { "name": "data", "type": "json" },
        ]});
        Form::new(serde_json::from_value(workflow).unwrap())
    }

    fn names(problems: &[FieldProblem]) -> Vec<&str> {
        problems.iter().filter_map(parameter_of).collect()
    }

    #[test]
    fn what_is_missing_or_unreadable_is_found_in_the_order_of_the_fields() {
        Owner::new().with(|| {
            let form = form();
            form.fill(json!({ "copies": 90 }).as_object().unwrap());
            let data = form.groups()[0].fields[1].widget;
            data.set(Entry::Text("{".to_owned()));

            let problems = form.checked().unwrap_err();

            assert_eq!(names(&problems), ["topic", "copies", "data"]);
        });
    }

    #[test]
    fn a_preset_leaves_other_fields_alone() {
        Owner::new().with(|| {
            let form = form();
            form.fill(&form.examples());
            form.fill(json!({ "copies": 5 }).as_object().unwrap());

            assert_eq!(
                Value::from(form.checked().unwrap()),
                json!({ "topic": "Tea", "copies": 5 })
            );
        });
    }

    #[test]
    fn what_was_picked_and_is_gone_is_taken_out_and_named() {
        Owner::new().with(|| {
            let workflow = json!({ "parameters": [
                { "name": "brief", "label": "Brief", "type": "documents" },
                { "name": "photo", "type": "image" },
                { "name": "tone", "type": "multi_choice", "options": [{ "value": "warm", "label": "Warm" }] },
            ]});
            let form = Form::new(serde_json::from_value(workflow).unwrap());
            let documents = vec![PickOption { value: "a".to_owned(), ..PickOption::default() }];
            let library = Library { documents, images: vec![] };
            form.fill(json!({ "brief": ["a", "b"], "tone": ["warm"] }).as_object().unwrap());

            assert_eq!(form.keep_offered(&library), ["Brief"]);

            let parameters = Value::from(form.parameters().0);
            assert_eq!(parameters, json!({ "brief": ["a"], "tone": ["warm"] }));
            assert!(form.keep_offered(&library).is_empty());
        });
    }

    #[test]
    fn fields_stand_under_their_headings() {
        Owner::new().with(|| {
            let titles: Vec<_> = form().groups().into_iter().map(|group| group.title).collect();

            assert_eq!(titles, ["Details", "How many"]);
        });
    }
}
