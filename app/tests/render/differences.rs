//! How two versions differ, of each kind.

use leptos::prelude::*;
use model::{
    api::compare::{Comparison, changes},
    id::ImageId,
};
use serde_json::json;
use ui::versions::Difference;
use uuid::Uuid;

use crate::render::page::{count, render};

fn shown(name: &str, comparison: Comparison) -> String {
    render(name, "/", move || view! { <Difference comparison=comparison /> })
}

#[test]
fn structured_data_differs_place_by_place() {
    let (before, after) = (json!({"title": "Tea", "old": 1}), json!({"title": "شاي", "new": [1]}));

    let html = shown("difference_data", Comparison::Json { changes: changes(&before, &after) });

    assert_eq!((count(&html, "<dt>"), count(&html, "<del>"), count(&html, "<ins>")), (3, 2, 2));
    for words in [">Tea<", ">شاي<", ">[1]<"] {
        assert!(html.contains(words), "{words} is missing in {html}");
    }
    assert!(html.contains("Side by side") && html.contains("data-look=\"inline\""));
}

#[test]
fn pictures_stand_beside_each_other() {
    let [before, after] = [1, 2].map(|number| ImageId(Uuid::from_u128(number)));

    let html = shown("difference_pictures", Comparison::Image { before, after });

    for (image, label) in [(before, "Before"), (after, "After")] {
        assert!(html.contains(&format!("/api/v1/images/{image}/content")), "{html}");
        assert!(html.contains(&format!("alt=\"{label}\"")), "{html}");
    }
    assert!(html.contains("Slider"));
}
