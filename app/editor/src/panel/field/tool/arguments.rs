//! The arguments of a tool: a form made from the schema that its server gives, and the same as
//! JSON. An argument has a field by its shape: a text, a choice, fields in fields, a list, one of
//! several shapes. Each may be a reference instead.

use std::sync::Arc;

use leptos::prelude::*;
use model::{
    mcp::arguments::{ArgumentField, ArgumentForm, Shape, Variant, build_form},
    panel::value_of,
};
use serde_json::Value;
use ui::{
    button::{Button, ButtonLook, ButtonSize, IconButton},
    field::{Choice, FormField},
    format::pluralize,
    icon::Icon,
};

use crate::{
    catalogue::use_catalogue,
    panel::{
        field::{labels::FieldLabels, pick::pick, text_area::Lines, written::typed},
        field_binding::FieldBinding,
    },
};

/// The form, or the JSON where the person wants that or no form is known.
pub(in crate::panel::field) fn arguments(binding: FieldBinding, labels: FieldLabels) -> AnyView {
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
    let body = move || {
        if as_json.get() || !has_form.get() {
            let help = "A JSON object. Texts can contain values, such as \"${repo.owner}\".";
            let labels = FieldLabels { help: help.to_owned(), ..labels.clone() };
            let shape = Arc::new(Shape::Object(ArgumentForm::default()));
            typed(binding, labels, &shape, Lines::Many)
        } else {
            let form = form.get();
            view! {
                <fieldset class="field rows" id=binding.id()>
                    <legend class="field__label">{labels.label.clone()}</legend>
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
    .into_any()
}

/// The widgets of the fields of an object.
fn fields(binding: FieldBinding, form: &ArgumentForm) -> Vec<AnyView> {
    let field = |field: &ArgumentField| {
        shaped(binding.part(&field.name), labels_of(field), Arc::new(field.shape.clone()))
    };
    form.fields.iter().map(field).collect()
}

fn labels_of(field: &ArgumentField) -> FieldLabels {
    let default = field.default.as_ref().map(|value| match value {
        Value::String(text) => format!("Default: {text}."),
        value => format!("Default: {value}."),
    });
    let reason =
        if let Shape::Json(why) = &field.shape { Some(why.words().to_owned()) } else { None };
    let help = [Some(field.help.clone()), reason, default].into_iter().flatten();
    let help: Vec<String> = help.filter(|words| !words.is_empty()).collect();
    FieldLabels { label: field.label.clone(), help: help.join(" "), required: field.required }
}

/// The widget of a value of a shape.
fn shaped(binding: FieldBinding, labels: FieldLabels, shape: Arc<Shape>) -> AnyView {
    match &*shape {
        Shape::Text | Shape::Json(_) => typed(binding, labels, &shape, Lines::Many),
        Shape::Integer | Shape::Number => typed(binding, labels, &shape, Lines::One),
        Shape::Boolean => choice(binding, labels, shape.clone(), &[true.into(), false.into()]),
        Shape::Choice(values) => choice(binding, labels, shape.clone(), values),
        Shape::Object(_) | Shape::List(_) | Shape::OneOf(_) => composed(binding, labels, shape),
    }
}

fn choice(
    binding: FieldBinding,
    labels: FieldLabels,
    shape: Arc<Shape>,
    values: &[Value],
) -> AnyView {
    let option = |value: &Value| Choice::from(shape.to_text(value).as_str());
    let none = Choice::new("", if labels.required { "Choose" } else { "Not set" });
    let choices = std::iter::once(none).chain(values.iter().map(option)).collect();
    pick(binding, labels, Signal::stored(choices), shape)
}

/// A value of several parts, or a reference to one.
fn composed(binding: FieldBinding, labels: FieldLabels, shape: Arc<Shape>) -> AnyView {
    let by_reference = RwSignal::new(binding.refers());
    let FieldLabels { label, help, required } = labels;
    let whole = FieldLabels { label: label.clone(), help: String::new(), required };
    let switch = move |()| {
        if by_reference.get_untracked() {
            binding.set(Value::Null);
            binding.subject.on_settle.run(());
        }
        by_reference.update(|refers| *refers = !*refers);
    };
    let body = move || {
        if by_reference.get() {
            return typed(binding, whole.clone(), &shape, Lines::Many);
        }
        match &*shape {
            Shape::Object(form) => object(binding, form.clone(), required),
            Shape::List(item) => list(binding, Arc::new((**item).clone())),
            Shape::OneOf(variants) => one_of(binding, variants.clone()),
            Shape::Text
            | Shape::Integer
            | Shape::Number
            | Shape::Boolean
            | Shape::Choice(_)
            | Shape::Json(_) => shaped(binding, whole.clone(), shape.clone()),
        }
    };
    view! {
        <fieldset class="field rows argument">
            <legend class="field__label">{label}</legend>
            {(!help.is_empty()).then(|| view! { <p class="small muted" dir="auto">{help}</p> })}
            {body}
            <Button look=ButtonLook::Ghost size=ButtonSize::Small on_press=switch>
                {move || {
                    if by_reference.get() { "Enter a value instead" } else { "Use a reference" }
                }}
            </Button>
        </fieldset>
    }
    .into_any()
}

/// The fields of an object; one that may be left out begins closed.
fn object(binding: FieldBinding, form: ArgumentForm, required: bool) -> AnyView {
    let open = RwSignal::new(required || binding.value.with_untracked(Value::is_object));
    let press = move |()| {
        let closes = open.get_untracked();
        open.set(!closes);
        if closes {
            binding.set(Value::Null);
            binding.subject.on_settle.run(());
        }
    };
    let toggle = (!required).then(|| {
        view! {
            <Button size=ButtonSize::Small on_press=press>
                {move || if open.get() { "Clear" } else { "Set a value" }}
            </Button>
        }
    });
    view! {
        <Show when=move || open.get()>
            <div class="rows__fields">{fields(binding, &form)}</div>
        </Show>
        {toggle}
    }
    .into_any()
}

/// The items of a list, which can be added and removed.
fn list(binding: FieldBinding, item: Arc<Shape>) -> AnyView {
    let count = Memo::new(move |_| binding.count());
    let fresh = item.fresh();
    let add = move |()| {
        let item = if fresh.is_null() { Value::from("") } else { fresh.clone() };
        binding.alter(|list| list.push(item));
    };
    let remove = move |place: usize| {
        binding.alter(|list| {
            if place < list.len() {
                list.remove(place);
            }
        });
    };
    let row = move |place: usize| {
        let labels = FieldLabels::new(&format!("Item {}", place + 1), "");
        view! {
            <div class="rows__row" role="group" aria-label=format!("item {}", place + 1)>
                <div class="rows__fields">
                    {shaped(binding.item(place).or_empty(), labels, item.clone())}
                </div>
                <div class="rows__tools">
                    <IconButton
                        icon=Icon::Trash
                        label=format!("Remove item {}", place + 1)
                        on_press=move |()| remove(place)
                    />
                </div>
            </div>
        }
    };
    view! {
        <For each=move || 0..count.get() key=|place| *place children=row />
        <Button size=ButtonSize::Small icon=Icon::Plus on_press=add>
            "Add item"
        </Button>
    }
    .into_any()
}

/// One of several shapes: which one, and a value of it.
fn one_of(binding: FieldBinding, variants: Vec<Variant>) -> AnyView {
    let fits = |value: &Value| {
        let found = variants.iter().position(|variant| variant.shape.holds(value));
        found.unwrap_or_default()
    };
    let first = binding.value.with_untracked(fits);
    let picked = RwSignal::new(first.to_string());
    let place = Memo::new(move |_| picked.read().parse::<usize>().unwrap_or_default());
    let options = variants.iter().enumerate();
    let options = options.map(|(place, variant)| Choice::new(place.to_string(), &variant.label));
    let options: Vec<Choice> = options.collect();
    let variants = StoredValue::new(variants);
    let shape_at = move |place: usize| {
        variants.with_value(|variants| variants.get(place).map(|variant| variant.shape.clone()))
    };
    Effect::new(move |before: Option<usize>| {
        let place = place.get();
        let has_changed = before.is_some_and(|before| before != place);
        if let Some(shape) = shape_at(place).filter(|_| has_changed)
            && !binding.value.with_untracked(|value| shape.holds(value))
        {
            binding.set(shape.fresh());
            binding.subject.on_settle.run(());
        }
        place
    });
    let value = move || {
        let shape = shape_at(place.get())?;
        Some(shaped(binding, FieldLabels::new("Value", ""), Arc::new(shape)))
    };
    let kind = format!("{}-kind", binding.id());
    view! {
        {FormField::choice(kind, "Kind", picked, options)}
        {value}
    }
    .into_any()
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
