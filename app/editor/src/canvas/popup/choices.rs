//! A searchable list over the canvas.

use leptos::prelude::*;
use model::{
    canvas::geometry::{Point, Size},
    text::fuzzy::rank_matches,
};
use ui::combobox::{Choice, ChoiceGroup, Combobox};

use crate::store::ViewportState;

/// The choices that fit a search, the best first.
fn search_choices(all: &[Choice], typed: &str) -> Vec<Choice> {
    let found = rank_matches(all, |choice| choice.fit(typed));
    found.into_iter().map(|(_, choice)| choice.clone()).collect()
}

/// Where a list of this size lies that belongs to a world point, in screen pixels from the stage's
/// corner; it stays on the stage.
pub fn stage_corner(viewport: ViewportState, at: Point, list: Size) -> Point {
    let (stage, screen) =
        (viewport.size.get_untracked(), viewport.view.get_untracked().to_screen(at));
    let inside = |at: f64, length: f64, room: f64| at.min(room - length - 8.0).max(8.0);
    Point::new(
        inside(screen.x, list.width, stage.width),
        inside(screen.y, list.height, stage.height),
    )
}

/// A dialog with a search field over a list; a press beside it closes it.
#[component]
pub fn Choices(
    /// The element id, unique on the page.
    id: &'static str,
    /// The accessible name of the dialog and of the field.
    #[prop(into)]
    label: String,
    /// The accessible name of the list.
    list: &'static str,
    /// The words in place of the list when nothing fits.
    none: &'static str,
    /// All choices, in the order in which they stand before a search.
    all: Vec<Choice>,
    /// The upper left corner in screen pixels from the stage's corner; none means in the middle.
    #[prop(optional_no_strip)]
    place: Option<Point>,
    /// Called with the key of the choice that was taken.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Called when the dialog is closed without a choice.
    #[prop(into)]
    on_close: Callback<()>,
    /// Called with the keys of the results and the place of the active one. With it, the number of
    /// results is announced and Enter goes from one to the next.
    #[prop(optional_no_strip)]
    on_found: Option<Callback<(Vec<String>, usize)>>,
) -> impl IntoView {
    let (all, query) = (StoredValue::new(all), RwSignal::new(String::new()));
    let groups = Memo::new(move |_| {
        let choices = all.with_value(|all| search_choices(all, &query.read()));
        vec![ChoiceGroup { title: "", choices }]
    });
    let spoken = label.clone();
    view! {
        <div class="choices__scrim" on:pointerdown=move |_| on_close.run(())></div>
        <div
            class="choices"
            class=("choices--middle", place.is_none())
            role="dialog"
            aria-label=spoken
            style:left=place.map(|place| format!("{}px", place.x))
            style:top=place.map(|place| format!("{}px", place.y))
        >
            <Combobox
                id=id
                label=label
                list=list
                none=none
                query=query
                groups=groups
                on_choose=on_choose
                on_close=on_close
                on_found=on_found
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use ui::icon::Icon;

    use super::*;

    #[test]
    fn a_search_finds_names_before_what_they_are() {
        let choice = |key: &str, name: &str, detail: &str| Choice {
            detail: detail.to_owned(),
            ..Choice::new(key, Icon::Square, name)
        };
        let all = [
            choice("attach", "Attach to document", "Puts images on documents."),
            choice("generate_image", "Generate image", "Pictures from a model."),
            choice("image_end", "Image end", ""),
        ];
        let keys = |typed: &str| -> Vec<String> {
            search_choices(&all, typed).into_iter().map(|choice| choice.key).collect()
        };

        assert_eq!(keys(" "), ["attach", "generate_image", "image_end"]);
        assert_eq!(keys("image"), ["image_end", "generate_image", "attach"]);
        assert_eq!(keys("gen im"), ["generate_image"]);
        assert_eq!(keys("gnim"), ["generate_image"]);
        assert!(keys("nothing like it").is_empty());
    }
}
