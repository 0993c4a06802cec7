//! The project that an execution and what it makes are kept in.

use leptos::prelude::*;
use model::{id::ProjectId, library::ProjectRow};
use ui::field::{Choice, SelectField};

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
                    <SelectField
                        name="project"
                        label="Save to"
                        value=place.0
                        options=choices
                        help="The project of the run and its results. Context documents come from it too."
                    />
                </div>
            </section>
        }
    })
}
