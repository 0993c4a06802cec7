//! The example of a template: parameters and result, to be read before the first run.

use api::html::SafeHtml;
use frame::formatted_text::FormattedText;
use leptos::prelude::*;
use model::{launch_context::REPO, template::example_context, value::text_of, workflow::Workflow};
use ui::{
    card::Card,
    icon::{Glyph, Icon},
};

/// Example values of the parameters and an example of the result; nothing where there are none.
#[component]
pub fn Example(
    /// The workflow whose parameters have the examples.
    workflow: Workflow,
    /// The example of what a run gives.
    output: SafeHtml,
) -> impl IntoView {
    let rows: Vec<(String, String)> = workflow
        .parameters
        .iter()
        .filter_map(|parameter| {
            let value = parameter.example.as_ref().or(parameter.default.as_ref())?;
            Some((parameter.title().to_owned(), text_of(value)))
        })
        .filter(|(_, value)| !value.is_empty())
        .chain(repository(&workflow))
        .collect();
    if rows.is_empty() && output.is_empty() {
        return ().into_any();
    }
    let asks = !rows.is_empty();
    let inputs = rows.into_iter().map(|(name, value)| {
        view! {
            <div class="example__row">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    let inputs = asks.then(|| {
        view! {
            <div class="example__side">
                <h3 class="example__title">"You enter"</h3>
                <dl class="example__list">{inputs.collect_view()}</dl>
            </div>
        }
    });
    let arrow = asks.then(|| {
        view! {
            <span class="example__arrow">
                <Glyph icon=Icon::ArrowRight size=18 />
            </span>
        }
    });
    let output = (!output.is_empty()).then(|| {
        view! {
            {arrow}
            <div class="example__side example__side--out">
                <h3 class="example__title">"You get"</h3>
                <FormattedText html=output />
            </div>
        }
    });
    view! {
        <Card title="Example">
            <div class="example" data-sides=if asks { "two" } else { "one" }>
                {inputs}
                {output}
            </div>
        </Card>
    }
    .into_any()
}

/// The repository that an example is about, where the workflow reads one.
fn repository(workflow: &Workflow) -> Option<(String, String)> {
    let context = example_context(workflow);
    let repo = context.get(REPO)?;
    let field = |name: &str| repo[name].as_str().unwrap_or_default();
    let words = format!("{}/{}, branch {}", field("owner"), field("name"), field("default_branch"));
    Some(("Repository".to_owned(), words))
}
