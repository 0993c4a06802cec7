//! Quiet shapes in the place of what is still loading.

use leptos::prelude::*;

/// The outline of what will appear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SkeletonShape {
    /// Lines of text.
    #[default]
    Lines,
    /// Cards in a grid.
    Cards,
    /// Rows of a table.
    Rows,
}

impl SkeletonShape {
    fn class(self) -> &'static str {
        match self {
            Self::Lines => "skeleton skeleton--lines",
            Self::Cards => "skeleton skeleton--cards",
            Self::Rows => "skeleton skeleton--rows",
        }
    }
}

/// Shapes that hold the place of content; they appear only after 150 ms, so fast pages show none.
#[component]
pub fn Skeleton(
    /// What will appear.
    #[prop(optional)]
    shape: SkeletonShape,
    /// How many of it.
    #[prop(default = 3)]
    count: usize,
) -> impl IntoView {
    let pieces = (0..count).map(|_| view! { <span class="skeleton__piece"></span> });
    view! {
        <div class=shape.class() role="status">
            <span class="unseen">"Loading"</span>
            {pieces.collect_view()}
        </div>
    }
    .into_any()
}
