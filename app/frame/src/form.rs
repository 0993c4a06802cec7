//! Forms: what is filled in, the fields of it, and the frame of a form on a card.

use std::{fmt::Display, str::FromStr};

use leptos::{ev::SubmitEvent, prelude::*};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    failure::FormError,
    field::FieldValue,
};

use super::sending::Sending;

/// A form that is filled in and sent. Its value is what is sent, where fields can show that.
#[derive(Debug)]
pub struct Form<T: 'static> {
    /// What is filled in.
    pub value: RwSignal<T>,
    /// Whether it is sent just now, and why it was refused.
    pub sending: Sending,
}

impl<T> Clone for Form<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Form<T> {}

impl<T: Clone + Send + Sync + 'static> Form<T> {
    /// A form that is filled in with `value` at first.
    pub fn new(value: T) -> Self {
        Self { value: RwSignal::new(value), sending: Sending::default() }
    }

    /// What is filled in now, not followed.
    pub fn filled(self) -> T {
        self.value.get_untracked()
    }

    /// A field of the value: how it is shown, and what a change does. A refusal names it by `path`.
    pub fn field<F>(
        self,
        path: &'static str,
        show: impl Fn(&T) -> F + Send + Sync + 'static,
        change: impl Fn(&mut T, F) + Send + Sync + 'static,
    ) -> FieldValue<F>
    where
        F: PartialEq + Send + Sync + 'static,
    {
        let value = self.value;
        FieldValue::new(
            Memo::new(move |_| value.with(&show)),
            move |part| value.update(|value| change(value, part)),
            self.sending.wrong(path),
        )
    }

    /// A part of the value that the field shows as it is.
    pub fn part<F>(self, path: &'static str, part: fn(&mut T) -> &mut F) -> FieldValue<F>
    where
        F: Clone + PartialEq + Send + Sync + 'static,
    {
        let show = move |value: &T| part(&mut value.clone()).clone();
        self.field(path, show, move |value, shown| *part(value) = shown)
    }

    /// A part of the value that is written as text; a text that is none of its values changes
    /// nothing.
    pub fn text<F>(self, path: &'static str, part: fn(&mut T) -> &mut F) -> FieldValue<String>
    where
        F: Display + FromStr + 'static,
    {
        let show = move |value: &T| part(&mut value.clone()).to_string();
        self.field(path, show, move |value, text| {
            if let Ok(read) = text.parse() {
                *part(value) = read;
            }
        })
    }

    /// A part of the value that is written as text, or is not there; that is shown as no text.
    pub fn optional<F>(
        self,
        path: &'static str,
        part: fn(&mut T) -> &mut Option<F>,
    ) -> FieldValue<String>
    where
        F: Display + FromStr + 'static,
    {
        let show = move |value: &T| match part(&mut value.clone()) {
            Some(part) => part.to_string(),
            None => String::new(),
        };
        self.field(path, show, move |value, text| *part(value) = text.parse().ok())
    }
}

/// A form on a card: why it was refused, its inputs, and the button that sends it.
#[component]
pub fn CardForm(
    /// Whether it is sent just now, and why it was refused.
    sending: Sending,
    #[prop(into)] on_submit: Callback<()>,
    /// The verb on the button.
    verb: &'static str,
    #[prop(optional)] look: ButtonLook,
    /// The name of the form for screen readers.
    #[prop(optional)]
    label: Option<&'static str>,
    /// The `data-testid` of the form.
    #[prop(optional)]
    test_id: Option<&'static str>,
    /// Its inputs.
    children: Children,
) -> impl IntoView {
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        on_submit.run(());
    };
    view! {
        <form class="form" novalidate on:submit=send aria-label=label data-testid=test_id>
            <FormError error=sending.problem />
            {children()}
            <footer class="settings__actions">
                <Button look=look role=ButtonRole::Submit busy=sending.busy>
                    {verb}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Default, PartialEq)]
    struct Order {
        name: String,
        count: u8,
        table: Option<u8>,
        is_urgent: bool,
    }

    #[test]
    fn fields_show_and_change_their_part_of_the_value_and_nothing_else() {
        Owner::new().with(|| {
            let form = Form::new(Order { name: "Tea".to_owned(), ..Order::default() });
            let name = form.text("name", |order| &mut order.name);
            let count = form.text("count", |order| &mut order.count);
            let table = form.optional("table", |order| &mut order.table);
            let is_urgent = form.part("is_urgent", |order| &mut order.is_urgent);
            assert_eq!(name.shown.get_untracked(), "Tea");
            assert_eq!(table.shown.get_untracked(), "");

            count.change.set("3".to_owned());
            count.change.set("many".to_owned());
            table.change.set("7".to_owned());
            is_urgent.change.set(true);

            let order = Order { name: "Tea".to_owned(), count: 3, table: Some(7), is_urgent: true };
            assert_eq!(form.filled(), order);
            assert_eq!(count.shown.get_untracked(), "3");
            table.change.set(String::new());
            assert_eq!(form.filled().table, None);
        });
    }
}
