//! One argument of a tool by its shape: a text, a choice, fields in fields, a list, one of several
//! shapes. Each may be a reference instead.

use std::sync::Arc;

use leptos::prelude::*;
use model::mcp::arguments::{ArgumentField, ArgumentForm, Shape, Variant};
use serde_json::Value;
use ui::{
    button::{Button, ButtonLook, ButtonSize, IconButton},
    field::{Choice, SelectField},
    icon::Icon,
};

use crate::panel::{
    field::{labels::FieldLabels, pick::PickWidget, text_area::Lines, typed::TypedWidget},
    field_binding::FieldBinding,
};

/// The widgets of the fields of an object.
pub(super) fn fields(binding: FieldBinding, form: &ArgumentForm) -> Vec<AnyView> {
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
        Shape::Text | Shape::Json(_) => {
            view! { <TypedWidget binding=binding labels=labels shape=shape lines=Lines::Many /> }
                .into_any()
        }
        Shape::Integer | Shape::Number => {
            view! { <TypedWidget binding=binding labels=labels shape=shape /> }.into_any()
        }
        Shape::Boolean => choice(binding, labels, shape.clone(), &[true.into(), false.into()]),
        Shape::Choice(values) => choice(binding, labels, shape.clone(), values),
        Shape::Object(_) | Shape::List(_) | Shape::OneOf(_) => {
            view! { <Composed binding=binding labels=labels shape=shape /> }.into_any()
        }
    }
}

fn choice(
    binding: FieldBinding,
    labels: FieldLabels,
    shape: Arc<Shape>,
    values: &[Value],
) -> AnyView {
    let option = |value: &Value| {
        let text = shape.to_text(value);
        Choice::new(text.clone(), text)
    };
    let none = Choice::new("", if labels.required { "Choose" } else { "Not set" });
    let choices: Vec<Choice> = std::iter::once(none).chain(values.iter().map(option)).collect();
    let choices = Signal::stored(choices);
    view! { <PickWidget binding=binding labels=labels choices=choices shape=shape /> }.into_any()
}

/// A value of several parts, or a reference to one.
#[component]
fn Composed(binding: FieldBinding, labels: FieldLabels, shape: Arc<Shape>) -> impl IntoView {
    let by_reference = RwSignal::new(binding.refers());
    let FieldLabels { label, help, required } = labels;
    let whole =
        StoredValue::new(FieldLabels { label: label.clone(), help: String::new(), required });
    let shape = StoredValue::new(shape);
    let switch = move |()| {
        if by_reference.get_untracked() {
            binding.set(Value::Null);
            binding.subject.on_settle.run(());
        }
        by_reference.update(|refers| *refers = !*refers);
    };
    let body = move || {
        let (labels, shape) = (whole.get_value(), shape.get_value());
        if by_reference.get() {
            let lines = Lines::Many;
            return view! { <TypedWidget binding=binding labels=labels shape=shape lines=lines /> }
                .into_any();
        }
        match &*shape {
            Shape::Object(form) => {
                view! { <Fields binding=binding form=form.clone() required=required /> }.into_any()
            }
            Shape::List(item) => {
                view! { <Items binding=binding item=Arc::new((**item).clone()) /> }.into_any()
            }
            Shape::OneOf(variants) => {
                view! { <OneOf binding=binding variants=variants.clone() /> }.into_any()
            }
            Shape::Text
            | Shape::Integer
            | Shape::Number
            | Shape::Boolean
            | Shape::Choice(_)
            | Shape::Json(_) => shaped(binding, labels, shape.clone()),
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
}

/// The fields of an object; one that may be left out begins closed.
#[component]
fn Fields(binding: FieldBinding, form: ArgumentForm, required: bool) -> impl IntoView {
    let open = RwSignal::new(required || binding.value.with_untracked(Value::is_object));
    let form = StoredValue::new(form);
    let leave_out = move |()| {
        open.set(false);
        binding.set(Value::Null);
        binding.subject.on_settle.run(());
    };
    let words = move || if open.get() { "Clear" } else { "Set a value" };
    view! {
        <Show when=move || open.get()>
            <div class="rows__fields">{form.with_value(|form| fields(binding, form))}</div>
        </Show>
        {(!required)
            .then(|| {
                let press = move |()| {
                    if open.get_untracked() { leave_out(()) } else { open.set(true) }
                };
                view! {
                    <Button size=ButtonSize::Small on_press=press>
                        {words}
                    </Button>
                }
            })}
    }
}

/// The items of a list, which can be added and removed.
#[component]
fn Items(binding: FieldBinding, item: Arc<Shape>) -> impl IntoView {
    let item = StoredValue::new(item);
    let count = Memo::new(move |_| binding.count());
    let add = move |()| {
        let fresh = match item.with_value(|item| item.fresh()) {
            Value::Null => Value::from(""),
            fresh => fresh,
        };
        binding.alter(|list| list.push(fresh));
    };
    let remove = move |place: usize| {
        binding.alter(|list| {
            if place < list.len() {
                list.remove(place);
            }
        });
    };
    view! {
        <For each=move || 0..count.get() key=|place| *place let:place>
            <div class="rows__row" role="group" aria-label=format!("item {}", place + 1)>
                <div class="rows__fields">
                    {shaped(
                        binding.item(place).or_empty(),
                        FieldLabels::new(&format!("Item {}", place + 1), ""),
                        item.get_value(),
                    )}
                </div>
                <div class="rows__tools">
                    <IconButton
                        icon=Icon::Trash
                        label=format!("Remove item {}", place + 1)
                        on_press=move |()| remove(place)
                    />
                </div>
            </div>
        </For>
        <Button size=ButtonSize::Small icon=Icon::Plus on_press=add>
            "Add item"
        </Button>
    }
}

/// One of several shapes: which one, and a value of it.
#[component]
fn OneOf(binding: FieldBinding, variants: Vec<Variant>) -> impl IntoView {
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
    view! {
        <SelectField
            name=format!("{}-kind", binding.id())
            label="Kind"
            value=picked
            options=options
        />
        {value}
    }
}
