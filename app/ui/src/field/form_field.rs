//! One description of a field, from which every form draws it.

use leptos::prelude::*;
use model::number::Range;

use super::{
    choice::{Choice, SelectField},
    multi_choice::MultiChoiceField,
    number::NumberField,
    picker::{PickOption, PickerField, Picks},
    slider::SliderField,
    switch::SwitchField,
    text::{LongTextField, TextField, TextKind},
    value::FieldValue,
};

/// What is filled in, both ways, and by which widget.
#[derive(Debug, Clone)]
pub enum FieldInput {
    Line(FieldValue<String>, TextKind),
    /// Many lines of text, with how many are shown while it is empty.
    Lines(FieldValue<String>, u8),
    /// A number as it is typed.
    Number(FieldValue<String>, Range),
    /// A number that is dragged or typed.
    Slider {
        /// The number as it is typed.
        value: RwSignal<String>,
        /// The value at the left end.
        min: f64,
        /// The value at the right end; greater than `min`.
        max: f64,
        /// Distance between values.
        step: f64,
    },
    /// One of several options.
    Choice(FieldValue<String>, Signal<Vec<Choice>>),
    /// Any number of several options.
    Choices(FieldValue<Vec<String>>, Vec<Choice>),
    /// What is picked from a list that can be searched.
    Picker {
        /// The values picked, in the order of picking.
        value: RwSignal<Vec<String>>,
        options: Vec<PickOption>,
        /// How many options may be picked.
        picks: Picks,
        /// What is said when there is nothing to pick from.
        nothing: &'static str,
    },
    /// On or off.
    Switch(FieldValue<bool>),
}

impl FieldInput {
    /// One line of any text.
    pub fn line(value: impl Into<FieldValue<String>>) -> Self {
        Self::Line(value.into(), TextKind::Plain)
    }

    /// Many lines of text, of which this many are shown while it is empty.
    pub fn lines(value: impl Into<FieldValue<String>>, rows: u8) -> Self {
        Self::Lines(value.into(), rows)
    }

    /// A number as it is typed.
    pub fn number(value: impl Into<FieldValue<String>>, range: Range) -> Self {
        Self::Number(value.into(), range)
    }

    /// One of several options.
    pub fn choice(
        value: impl Into<FieldValue<String>>,
        options: impl Into<Signal<Vec<Choice>>>,
    ) -> Self {
        Self::Choice(value.into(), options.into())
    }

    /// On or off.
    pub fn switch(value: impl Into<FieldValue<bool>>) -> Self {
        Self::Switch(value.into())
    }
}

/// A field of a form: its words, its state and its input.
#[derive(Debug, Clone)]
pub struct FormField {
    /// Name in the form and id on the page.
    pub name: String,
    /// What is asked for.
    pub label: Signal<String>,
    /// One sentence of help.
    pub help: MaybeProp<String>,
    /// What is wrong with the value, where the value itself does not know.
    pub error: Option<Signal<Option<String>>>,
    /// It must be filled in. Switches, chips and pickers are not marked.
    pub required: Signal<bool>,
    /// An example, shown while a text is empty.
    pub placeholder: MaybeProp<String>,
    /// What may be chosen instead of typed in one line.
    pub suggestions: Signal<Vec<String>>,
    /// The most characters of many lines, shown as a count.
    pub max_length: Option<usize>,
    /// What is filled in.
    pub input: FieldInput,
}

impl FormField {
    /// An optional field without help.
    pub fn new(
        name: impl Into<String>,
        label: impl Into<Signal<String>>,
        input: FieldInput,
    ) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            help: MaybeProp::default(),
            error: None,
            required: Signal::default(),
            placeholder: MaybeProp::default(),
            suggestions: Signal::default(),
            max_length: None,
            input,
        }
    }

    /// One line of text.
    pub fn line(
        name: impl Into<String>,
        label: impl Into<Signal<String>>,
        value: impl Into<FieldValue<String>>,
    ) -> Self {
        Self::new(name, label, FieldInput::line(value))
    }

    /// One of several options.
    pub fn choice(
        name: impl Into<String>,
        label: impl Into<Signal<String>>,
        value: impl Into<FieldValue<String>>,
        options: impl Into<Signal<Vec<Choice>>>,
    ) -> Self {
        Self::new(name, label, FieldInput::choice(value, options))
    }

    #[must_use]
    pub fn help(self, help: impl Into<MaybeProp<String>>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// The same field, which says what is wrong.
    #[must_use]
    pub fn error(self, error: impl Into<Signal<Option<String>>>) -> Self {
        Self { error: Some(error.into()), ..self }
    }

    #[must_use]
    pub fn required(self, required: impl Into<Signal<bool>>) -> Self {
        Self { required: required.into(), ..self }
    }

    #[must_use]
    pub fn placeholder(self, example: impl Into<MaybeProp<String>>) -> Self {
        Self { placeholder: example.into(), ..self }
    }

    /// The same field with what may be chosen instead of typed.
    #[must_use]
    pub fn suggestions(self, suggestions: impl Into<Signal<Vec<String>>>) -> Self {
        Self { suggestions: suggestions.into(), ..self }
    }

    /// The field as it is drawn.
    pub fn view(self) -> AnyView {
        let Self { name, label, help, error, required, placeholder, suggestions, .. } = self;
        match self.input {
            FieldInput::Line(value, kind) => {
                let error = value.error(error);
                view! {
                    <TextField name label value kind help error required placeholder suggestions />
                }
                .into_any()
            }
            FieldInput::Lines(value, rows) => {
                let (error, max_length) = (value.error(error), self.max_length);
                view! {
                    <LongTextField name label value rows help error required placeholder max_length />
                }
                .into_any()
            }
            FieldInput::Number(value, Range { min, max, step }) => {
                let error = value.error(error);
                view! { <NumberField name label value min max step help error required /> }
                    .into_any()
            }
            FieldInput::Slider { value, min, max, step } => {
                let error = error.unwrap_or_default();
                view! { <SliderField name label value min max step help error required /> }
                    .into_any()
            }
            FieldInput::Choice(value, options) => {
                let error = value.error(error);
                view! { <SelectField name label value options help error required /> }.into_any()
            }
            FieldInput::Choices(value, options) => {
                let error = value.error(error);
                view! { <MultiChoiceField name label value options help error /> }.into_any()
            }
            FieldInput::Picker { value, options, picks, nothing } => {
                let error = error.unwrap_or_default();
                view! { <PickerField name label value options picks nothing help error /> }
                    .into_any()
            }
            FieldInput::Switch(value) => view! { <SwitchField name label value help /> }.into_any(),
        }
    }
}

impl IntoRender for FormField {
    type Output = AnyView;

    fn into_render(self) -> AnyView {
        self.view()
    }
}
