//! A value of one of several shapes, which a tag in it tells apart.

use leptos::prelude::*;
use serde_json::Value;

use crate::panel::field_binding::FieldBinding;

/// The tag of the present shape, both ways: picking another tag sets a fresh value of that shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variant {
    /// The tag picked in the list; set it to change the shape.
    pub picked: RwSignal<String>,
    /// The tag of the stored value.
    pub now: Memo<String>,
}

/// Binds to the shape of a field, by the text at the key `tag`; `usual` counts where there is none.
pub(super) fn variant(
    binding: FieldBinding,
    tag: &'static str,
    usual: &'static str,
    fresh: fn(&str) -> Value,
) -> Variant {
    let word = move |value: &Value| value[tag].as_str().unwrap_or(usual).to_owned();
    let now = Memo::new(move |_| binding.value.with(word));
    let picked = RwSignal::new(now.get_untracked());
    Effect::new(move |_| picked.set(now.get()));
    Effect::new(move |before: Option<()>| {
        let wanted = picked.get();
        if before.is_some() && wanted != now.get_untracked() {
            binding.set(fresh(&wanted));
            binding.subject.on_settle.run(());
        }
    });
    Variant { picked, now }
}
