//! The list of problems at the top of the form.

use leptos::prelude::*;
use model::problem::{FieldProblem, Problem};
use ui::{
    failure::sign_in_link,
    icon::{Glyph, Icon},
};
use web::client::focus::focus;

use super::{
    brought::FILES_FIELD,
    context::field_of_problem,
    entry::{id_of, parameter_of},
    options::{BUDGET, BUDGET_FIELD},
};

/// The id of the list, for moving the focus there.
pub const PROBLEMS: &str = "launch-problems";

/// Why a launch did not happen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The reason in one sentence; empty where the problems of the fields are the whole reason.
    pub detail: String,
    /// The problems of single fields, in the order of the form.
    pub errors: Vec<FieldProblem>,
    /// Whether nobody is signed in.
    pub is_signed_out: bool,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let is_signed_out = problem.is_signed_out();
        Self { detail: problem.detail, errors: problem.errors, is_signed_out }
    }
}

impl Refusal {
    /// Whether the server said it; else the form itself found what is wrong with its fields.
    pub(super) fn is_from_server(&self) -> bool {
        !self.detail.is_empty()
    }

    fn title(&self) -> String {
        match self.errors.len() {
            0 => "The workflow was not launched".to_owned(),
            1 => "One thing needs your attention".to_owned(),
            count => format!("{count} things need your attention"),
        }
    }
}

/// The list: each problem of a field is a link that focuses the field.
#[component]
pub fn ProblemList(
    /// Why the launch did not happen; none while nothing is wrong.
    #[prop(into)]
    refusal: Signal<Option<Refusal>>,
) -> impl IntoView {
    let shown = move || {
        refusal.get().map(|refusal| {
            let title = refusal.title();
            let detail = refusal.errors.is_empty().then_some(refusal.detail);
            let detail = detail.map(|detail| {
                let door = refusal.is_signed_out.then(sign_in_link);
                view! { <p>{detail} {door}</p> }
            });
            let rows = refusal.errors.into_iter().map(row).collect_view();
            view! {
                <div class="problems" role="alert" tabindex="-1" id=PROBLEMS>
                    <Glyph icon=Icon::CircleAlert size=20 />
                    <div>
                        <p class="problems__title">{title}</p>
                        {detail}
                        <ul class="problems__list">{rows}</ul>
                    </div>
                </div>
            }
        })
    };
    view! { {shown} }
}

/// The id of the field a problem is about.
fn field_of(problem: &FieldProblem) -> Option<String> {
    match problem.path.as_deref() {
        Some(BUDGET) => Some(BUDGET_FIELD.to_owned()),
        Some(FILES_FIELD) => Some(FILES_FIELD.to_owned()),
        Some(path) => parameter_of(problem).map(id_of).or_else(|| field_of_problem(path)),
        None => None,
    }
}

fn row(problem: FieldProblem) -> AnyView {
    let message = match &problem.fix {
        Some(fix) if parameter_of(&problem).is_none() => format!("{} {fix}", problem.message),
        _ => problem.message.clone(),
    };
    match field_of(&problem) {
        Some(id) => {
            let href = format!("#{id}");
            let go = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                focus(&id);
            };
            view! {
                <li>
                    <a href=href on:click=go>
                        {message}
                    </a>
                </li>
            }
            .into_any()
        }
        None => view! { <li>{message}</li> }.into_any(),
    }
}
