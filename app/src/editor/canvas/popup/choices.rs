//! A list to choose from that lies over the canvas.

use leptos::prelude::*;
use model::{
    canvas::geometry::{Point, Size},
    fuzzy::fitting,
};

use crate::{
    editor::canvas::desk::Desk,
    ui::choices::{Choice, ChoiceGroup, ChoiceList},
};

/// Those that fit what is typed, the best first.
fn found(all: &[Choice], typed: &str) -> Vec<Choice> {
    let found = fitting(all, |choice| choice.fit(typed));
    found.into_iter().map(|(_, choice)| choice.clone()).collect()
}

/// Where on the stage a list of this size lies that belongs to a point of the world.
pub fn stage_corner(desk: Desk, at: Point, list: Size) -> Point {
    let lens = desk.editor.lens;
    let (stage, screen) = (lens.size.get_untracked(), lens.view.get_untracked().to_screen(at));
    let inside = |at: f64, length: f64, room: f64| at.min(room - length - 8.0).max(8.0);
    Point::new(
        inside(screen.x, list.width, stage.width),
        inside(screen.y, list.height, stage.height),
    )
}

/// A dialog with a search field over a list; a press beside it closes it.
#[component]
pub fn Choices(
    /// Unique on the page.
    id: &'static str,
    /// What is chosen here: the name of the dialog and of the field.
    #[prop(into)]
    label: String,
    /// The name of the list.
    list: &'static str,
    /// What stands there when nothing is found.
    none: &'static str,
    /// What may be chosen, in order.
    all: Vec<Choice>,
    /// Where it lies on the stage; none means in the middle.
    #[prop(optional_no_strip)]
    place: Option<Point>,
    /// Called with the key of what was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Called when nothing was.
    #[prop(into)]
    on_close: Callback<()>,
    /// Called with the keys of what is found and which of them is active; how many there are is
    /// said, and Enter goes from one to the next.
    #[prop(optional_no_strip)]
    on_found: Option<Callback<(Vec<String>, usize)>>,
) -> impl IntoView {
    let (all, query) = (StoredValue::new(all), RwSignal::new(String::new()));
    let groups = Memo::new(move |_| {
        let choices = all.with_value(|all| found(all, &query.read()));
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
            <ChoiceList
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
    use super::*;
    use crate::ui::icon::Icon;

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
            found(&all, typed).into_iter().map(|choice| choice.key).collect()
        };

        assert_eq!(keys(" "), ["attach", "generate_image", "image_end"]);
        assert_eq!(keys("image"), ["image_end", "generate_image", "attach"]);
        assert_eq!(keys("gen im"), ["generate_image"]);
        assert_eq!(keys("gnim"), ["generate_image"]);
        assert!(keys("nothing like it").is_empty());
    }
}
