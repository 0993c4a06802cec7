//! Colours as the style sheet has them.

use leptos::prelude::{document, window};

/// The colour of a node type in the present theme, or with `always_light` in the light one; none
/// where there is no style sheet.
pub fn colour_of_kind(kind: &str, always_light: bool) -> Option<String> {
    let element = document().create_element("span").ok()?;
    element.set_attribute("data-kind", kind).ok()?;
    element.set_class_name("kind-probe");
    if always_light {
        element.set_attribute("data-light", "").ok()?;
    }
    let body = document().body()?;
    // The element is removed again below.
    body.append_child(&element).ok()?;
    let colour = window().get_computed_style(&element).ok()??.get_property_value("color").ok();
    element.remove();
    colour.filter(|colour| !colour.is_empty())
}
