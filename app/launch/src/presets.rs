//! The buttons that fill in the form.

use leptos::prelude::*;
use model::parameter::Preset;
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonSize},
    icon::Icon,
};

use super::form::Form;

/// One button for each preset and one for the example; each fills the form.
#[component]
pub fn Presets(
    /// The form that is filled in.
    form: Form,
    /// Other ways to fill it in, shown before these buttons.
    #[prop(optional_no_strip)]
    first: Option<AnyView>,
) -> impl IntoView {
    let filled = RwSignal::new(None::<String>);
    let presets = form.with_workflow(|workflow| workflow.presets.clone());
    let examples = form.examples();
    let button = move |label: String, title: String, values: Map<String, Value>, icon: Icon| {
        let name = label.clone();
        let fill = move |()| {
            form.fill(&values);
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
    let any = first.is_some() || !examples.is_empty() || !presets.is_empty();
    let example = (!examples.is_empty()).then(|| {
        button(
            "Use example".to_owned(),
            "A good example to try".to_owned(),
            examples,
            Icon::Sparkles,
        )
    });
    let buttons = presets.into_iter().map(|preset| {
        let label = label_of(&preset);
        button(label, preset.description, preset.values, Icon::Layers)
    });
    view! {
        <div class="presets">
            {any.then(|| view! { <span class="subtle small">"Fill in"</span> })}
            {first}
            {example}
            {buttons.collect_view()}
            <span class="unseen" role="status">
                {move || filled.get().map(|name| format!("Filled in: {name}"))}
            </span>
        </div>
    }
}

fn label_of(preset: &Preset) -> String {
    if preset.label.is_empty() { preset.name.clone() } else { preset.label.clone() }
}
