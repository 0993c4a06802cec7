//! The arguments of a tool: a form made from the schema that its server gives, and the same as JSON.

use std::sync::Arc;

use leptos::prelude::*;
use model::{
    mcp::arguments::{ArgumentForm, Shape, build_form},
    panel::value_of,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    format::pluralize,
};

use super::argument::fields;
use crate::{
    catalogue::use_catalogue,
    panel::{
        field::{labels::FieldLabels, text_area::Lines, typed::TypedWidget},
        field_binding::FieldBinding,
    },
};

/// The form, or the JSON where the person wants that or no form is known.
#[component]
pub(in crate::panel::field) fn ArgumentsWidget(
    binding: FieldBinding,
    labels: FieldLabels,
) -> impl IntoView {
    let (catalogue, subject) = (use_catalogue(), binding.subject);
    let tool = Memo::new(move |_| {
        let named = subject.node.with(|node| value_of(&node.data.config, "tool"));
        named.as_str().unwrap_or_default().trim().to_owned()
    });
    let form = Memo::new(move |_| {
        let definition = catalogue.definition(&tool.read());
        definition.map(|definition| build_form(&definition.input_schema)).unwrap_or_default()
    });
    let has_form = Memo::new(move |_| !form.read().fields.is_empty());
    let as_json = RwSignal::new(false);
    let labels = StoredValue::new(labels);
    let body = move || {
        if as_json.get() || !has_form.get() {
            view! { <AsJson binding=binding labels=labels.get_value() /> }.into_any()
        } else {
            let form = form.get();
            let title = labels.with_value(|labels| labels.label.clone());
            view! {
                <fieldset class="field rows" id=binding.id()>
                    <legend class="field__label">{title}</legend>
                    {fields(binding, &form)}
                    <Beyond binding=binding form=form />
                </fieldset>
            }
            .into_any()
        }
    };
    view! {
        {body}
        <Show when=move || has_form.get()>
            <Button
                look=ButtonLook::Ghost
                size=ButtonSize::Small
                on_press=move |()| as_json.update(|json| *json = !*json)
            >
                {move || if as_json.get() { "Fill in the form" } else { "Write JSON" }}
            </Button>
        </Show>
    }
}

/// All arguments as one JSON object.
#[component]
fn AsJson(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let help = "A JSON object. Texts can contain values, such as \"${repo.owner}\".";
    let labels = FieldLabels { help: help.to_owned(), ..labels };
    let shape = Arc::new(Shape::Object(ArgumentForm::default()));
    view! { <TypedWidget binding=binding labels=labels shape=shape lines=Lines::Many /> }
}

/// What the form does not show: arguments that the schema does not have, and those beyond its bounds.
#[component]
fn Beyond(binding: FieldBinding, form: ArgumentForm) -> impl IntoView {
    let hidden = form.hidden;
    let names: Vec<String> = form.fields.into_iter().map(|field| field.name).collect();
    let others = Memo::new(move |_| {
        let value = binding.value.read();
        let given = value.as_object().into_iter().flat_map(|given| given.keys());
        given.filter(|name| !names.contains(name)).cloned().collect::<Vec<String>>()
    });
    let more = (hidden > 0).then(|| {
        let count = pluralize(hidden as u64, "more argument", "more arguments");
        view! { <p class="small muted">{format!("{count}. Write them as JSON.")}</p> }
    });
    view! {
        {more}
        <Show when=move || !others.read().is_empty()>
            <p class="small muted" dir="auto">
                {move || format!("Also sent, but not in the form: {}.", others.read().join(", "))}
            </p>
        </Show>
    }
}
