//! Keeps a text input of the page and a signal in step.
//!
//! Not `prop:value`: that would throw away what a person typed, or a password manager filled in,
//! between the first paint and hydration.

use leptos::{html, prelude::*};

use super::value::FieldValue;

/// A text input the way this file needs it.
pub(super) trait TextBox {
    /// What is in the box now; nothing when it is not on the page.
    fn read(self) -> Option<String>;
    /// Puts `text` into the box.
    fn write(self, text: &str);
}

impl TextBox for NodeRef<html::Input> {
    fn read(self) -> Option<String> {
        self.get().map(|input| input.value())
    }

    fn write(self, text: &str) {
        if let Some(input) = self.get_untracked() {
            input.set_value(text);
        }
    }
}

impl TextBox for NodeRef<html::Textarea> {
    fn read(self) -> Option<String> {
        self.get().map(|area| area.value())
    }

    fn write(self, text: &str) {
        if let Some(area) = self.get_untracked() {
            area.set_value(text);
        }
    }
}

/// Writes every change of `value` into the box. While the page comes alive it first adopts what is
/// in the box already; later a box that is not empty was another field's, drawn anew as this one.
pub(super) fn bind(node: impl TextBox + Copy + 'static, value: FieldValue<String>) {
    let hydrating = Owner::current_shared_context().is_some_and(|page| page.during_hydration());
    Effect::new(move |adopted: Option<bool>| {
        let wanted = value.shown.get();
        let Some(shown) = node.read() else { return false };
        if hydrating && adopted != Some(true) && !shown.is_empty() {
            if shown != wanted {
                value.change.set(shown);
            }
        } else if shown != wanted {
            node.write(&wanted);
        }
        true
    });
}
