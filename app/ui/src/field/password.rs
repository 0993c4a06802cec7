//! A secret line that can be looked at.

use leptos::{html, prelude::*};

use super::{
    binding::bind,
    frame::{FieldFrame, described_by, invalid},
    value::FieldValue,
};
use crate::icon::{Glyph, Icon};

/// What is asked for; password managers behave differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordUse {
    /// The person has one already.
    Current,
    /// The person chooses one now.
    New,
    /// No password of the person's but the key of a service, which may be left as it is.
    Key,
}

impl PasswordUse {
    fn autocomplete(self) -> &'static str {
        match self {
            Self::Current => "current-password",
            // Nothing else keeps browsers from filling in the person's own password.
            Self::New | Self::Key => "new-password",
        }
    }

    fn is_required(self) -> bool {
        self != Self::Key
    }

    fn reveal(self) -> &'static str {
        match self {
            Self::Current | Self::New => "Show password",
            Self::Key => "Show key",
        }
    }
}

/// A password with a button that shows it.
#[component]
pub fn PasswordField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The text, both ways; a signal of its own where nothing but the form itself reads it.
    #[prop(default = RwSignal::new(String::new()).into(), into)]
    value: FieldValue<String>,
    /// Asked for or made.
    purpose: PasswordUse,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let (node, error) = (NodeRef::<html::Input>::new(), value.error(error));
    bind(node, value);
    let shown = RwSignal::new(false);
    view! {
        <FieldFrame name=name.clone() label=label help=help error=error required=purpose.is_required()>
            <div class="input-group">
                <input
                    node_ref=node
                    class="input"
                    type=move || if shown.get() { "text" } else { "password" }
                    id=name.clone()
                    name=name.clone()
                    autocomplete=purpose.autocomplete()
                    autocapitalize="off"
                    spellcheck="false"
                    required=purpose.is_required()
                    aria-invalid=move || invalid(error)
                    aria-describedby=described_by(&name, help, error)
                    on:input=move |event| value.change.set(event_target_value(&event))
                />
                <RevealButton shown=shown label=purpose.reveal() />
            </div>
        </FieldFrame>
    }
    .into_any()
}

#[component]
fn RevealButton(shown: RwSignal<bool>, label: &'static str) -> impl IntoView {
    let icon = Signal::derive(move || if shown.get() { Icon::EyeOff } else { Icon::Eye });
    view! {
        <button
            type="button"
            class="input-group__button"
            aria-label=label
            aria-pressed=move || if shown.get() { "true" } else { "false" }
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            <Glyph icon=icon size=18 />
        </button>
    }
    .into_any()
}
