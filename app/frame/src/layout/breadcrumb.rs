//! The breadcrumb above a page's heading.

use leptos::prelude::*;
use ui::icon::{Glyph, Icon};

/// One step of the way to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// The text of the step.
    pub label: String,
    /// The address of the step; none for the page itself, which is not linked.
    pub href: Option<String>,
    /// Whether the text is a name that people chose: a browser that translates the page leaves it.
    pub is_name: bool,
}

impl Crumb {
    /// A step that can be gone back to.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()), is_name: false }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None, is_name: false }
    }

    /// The same step, whose text is a name that people chose.
    #[must_use]
    pub fn named(self) -> Self {
        Self { is_name: true, ..self }
    }
}

/// The way to the page, the page itself last. Put it above the page's heading.
#[component]
pub fn Breadcrumb(
    /// The steps from the outermost.
    #[prop(into)]
    crumbs: Signal<Vec<Crumb>>,
) -> impl IntoView {
    let steps = move || {
        let step = |Crumb { label, href, is_name }: Crumb| {
            let translate = is_name.then_some("no");
            match href {
                Some(href) => view! {
                    <li>
                        <a class="breadcrumb__link" href=href translate=translate>
                            {label}
                        </a>
                        <Glyph icon=Icon::ChevronRight size=14 />
                    </li>
                }
                .into_any(),
                None => view! {
                    <li aria-current="page" translate=translate>
                        {label}
                    </li>
                }
                .into_any(),
            }
        };
        crumbs.get().into_iter().map(step).collect_view()
    };
    view! {
        <nav aria-label="Breadcrumb">
            <ol class="breadcrumb">{steps}</ol>
        </nav>
    }
    .into_any()
}
