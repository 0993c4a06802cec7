//! The buttons that fill in the form.

use leptos::prelude::*;
use model::{launch_context::LaunchContext, parameter::Preset, template::example_context};
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonSize},
    icon::Icon,
};

use super::{context::ContextForm, form::Form};

/// What a button fills in.
struct Given {
    parameters: Map<String, Value>,
    context: LaunchContext,
}

/// One button for each preset and one for the example; each fills the form.
#[component]
pub fn Presets(
    /// The form that is filled in.
    form: Form,
    /// The fields of the launch context, which the example fills in, too.
    context: ContextForm,
    /// Other ways to fill it in, shown before these buttons.
    #[prop(optional_no_strip)]
    first: Option<AnyView>,
) -> impl IntoView {
    let filled = RwSignal::new(None::<String>);
    let presets = form.with_workflow(|workflow| workflow.presets.clone());
    let examples = form.examples();
    let repo = form.with_workflow(example_context);
    let button = move |label: String, title: String, given: Given, icon: Icon| {
        let name = label.clone();
        let fill = move |()| {
            form.fill(&given.parameters);
            context.fill(&given.context);
            filled.set(Some(name.clone()));
        };
        view! {
            <span class="presets__one" title=title>
                <Button size=ButtonSize::Small icon=icon on_press=fill>
                    {label}
                </Button>
            </span>
        }
    };
    let has_example = !examples.is_empty() || !repo.is_empty();
    let any = first.is_some() || has_example || !presets.is_empty();
    let example = has_example.then(|| {
        let context = LaunchContext { context: repo, ..LaunchContext::default() };
        button(
            "Use example".to_owned(),
            "Fill in the example values".to_owned(),
            Given { parameters: examples, context },
            Icon::Sparkles,
        )
    });
    let buttons = presets.into_iter().map(|preset| {
        let label = label_of(&preset);
        let given = Given { parameters: preset.values, context: LaunchContext::default() };
        button(label, preset.description, given, Icon::Layers)
    });
    view! {
        <div class="presets">
            {any.then(|| view! { <span class="subtle small">"Fill in with"</span> })}
            {first}
            {example}
            {buttons.collect_view()}
            <span class="unseen" role="status">
                {move || filled.get().map(|name| format!("Filled in from {name}"))}
            </span>
        </div>
    }
}

fn label_of(preset: &Preset) -> String {
    if preset.label.is_empty() { preset.name.clone() } else { preset.label.clone() }
}
