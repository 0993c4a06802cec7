//! The options of a launch: whether it stops after each step, its budget, and the project that it
//! and what it makes are kept in.

use leptos::{html, prelude::*};
use model::{
    budget::{UNCAPPED, parse_dollars},
    id::ProjectId,
    library::ProjectRow,
    problem::FieldProblem,
};
use ui::{
    field::{Choice, FieldInput, FormField, TextKind},
    format::money,
    icon::{Glyph, Icon},
};

/// The path of a problem of the budget.
pub(super) const BUDGET: &str = "budget";
/// The id of the budget's field.
pub(super) const BUDGET_FIELD: &str = "launch-budget";

/// What a person chooses besides the parameters.
#[derive(Clone, Copy)]
pub(super) struct Options {
    /// Whether all steps run one after the other; otherwise each waits until a person runs it.
    pub auto_run: RwSignal<bool>,
    /// The budget in dollars, as typed.
    pub budget: RwSignal<String>,
}

impl Options {
    /// The defaults: all steps run, without a budget.
    pub(super) fn new() -> Self {
        Self { auto_run: RwSignal::new(true), budget: RwSignal::new(String::new()) }
    }

    /// The budget in millionths of a dollar; none when none is typed.
    ///
    /// # Errors
    /// The text is no amount of dollars.
    pub(super) fn budget(self) -> Result<Option<u64>, Box<FieldProblem>> {
        let text = self.budget.get();
        if text.trim().is_empty() {
            return Ok(None);
        }
        parse_dollars(&text).map(Some).map_err(|error| {
            let message = error.words_for_budget();
            Box::new(FieldProblem::field("invalid_budget", BUDGET, message))
        })
    }
}

/// The folded part of the form with the options.
#[component]
pub(super) fn More(
    options: Options,
    /// The workflow's own cap, in millionths of a dollar.
    own: Option<u64>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let own = own.and_then(|own| i64::try_from(own).ok()).map(money);
    let help = match own {
        Some(own) => format!("The workflow's own budget of {own} applies too."),
        None => UNCAPPED.to_owned(),
    };
    let node = NodeRef::<html::Details>::new();
    Effect::new(move || {
        if let Some(details) = node.get().filter(|_| error.get().is_some()) {
            details.set_open(true);
        }
    });
    let budget = FieldInput::Line(options.budget.into(), TextKind::Amount);
    let auto_run = FieldInput::switch(options.auto_run);
    view! {
        <details class="card launch__group launch__more" node_ref=node>
            <summary class="launch__title">
                <Glyph icon=Icon::ChevronRight />
                <span>"More"</span>
                <span class="subtle small">"Budget, step by step"</span>
            </summary>
            <div class="form">
                {FormField::new(BUDGET_FIELD, "Budget in dollars", budget).help(help).error(error)}
                {FormField::new("auto_run", "Run all steps automatically", auto_run)
                    .help("Turn off to start each step yourself on the run's page.")}
            </div>
        </details>
    }
}

/// The id of the chosen project, and the projects that can be chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(RwSignal<String>, StoredValue<Vec<ProjectId>>);

impl Place {
    /// Chooses the project asked for where it is among `projects`, else the first one.
    pub(super) fn new(projects: &[ProjectRow], asked: Option<ProjectId>) -> Self {
        let asked = projects.iter().find(|project| Some(project.id) == asked);
        let begin = asked.or(projects.first()).map(|project| project.id.to_string());
        let offered = projects.iter().map(|project| project.id).collect();
        Self(RwSignal::new(begin.unwrap_or_default()), StoredValue::new(offered))
    }

    /// Chooses another project; nothing happens where it cannot be chosen.
    pub(super) fn choose(self, project: ProjectId) {
        let is_offered = self.1.with_value(|offered| offered.contains(&project));
        if is_offered {
            self.0.set(project.to_string());
        }
    }

    /// The project to send; none where there is no project.
    pub(super) fn project(self) -> Option<ProjectId> {
        self.0.get().parse().ok()
    }
}

/// The part of the form that asks for the project; not shown where there is no choice.
#[component]
pub(super) fn PlaceField(place: Place, projects: Vec<ProjectRow>) -> impl IntoView {
    let choice = |project: ProjectRow| Choice::new(project.id.to_string(), project.name);
    let choices: Vec<Choice> = projects.into_iter().map(choice).collect();
    (choices.len() > 1).then(|| {
        view! {
            <section class="card launch__group">
                <h2 class="launch__title">"Project"</h2>
                <div class="form">
                    {FormField::choice("project", "Save to", place.0, choices)
                        .help("The project of the run and its results. Context documents come from it too.")}
                </div>
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_read_in_dollars_and_nothing_typed_is_none() {
        Owner::new().with(|| {
            let options = Options::new();
            assert_eq!(options.budget(), Ok(None));
            options.budget.set("0.5".to_owned());
            assert_eq!(options.budget(), Ok(Some(500_000)));
            options.budget.set("1,5".to_owned());
            assert_eq!(options.budget(), Ok(Some(1_500_000)));
            for wrong in ["much", "1e", "1,234"] {
                options.budget.set(wrong.to_owned());
                let said = options.budget().is_err_and(|wrong| wrong.message.contains("dollars"));
                assert!(said, "{wrong}");
            }
        });
    }
}
