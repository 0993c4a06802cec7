//! Icons: one enum, one `<svg>`, every shape a single path (Lucide, see style/icons/LICENSE).

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident $slug:literal $path:literal;)*) => {
        /// A picture of the icon set; the variant is the Lucide name in CamelCase.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Icon {
            $(
                #[doc = concat!("Lucide's `", $slug, "`.")]
                $name,
            )*
        }

        impl Icon {
            pub const ALL: &[Icon] = &[$(Icon::$name,)*];

            /// The Lucide name, as used in CSS and tests.
            pub fn slug(self) -> &'static str {
                match self {
                    $(Icon::$name => $slug,)*
                }
            }

            /// The icon with a Lucide name, if it is one of the set.
            pub fn find(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|icon| icon.slug() == slug)
            }

            /// The shape as SVG path data in a 24 × 24 box, to be stroked with a width of 2.
            pub fn path(self) -> &'static str {
                match self {
                    $(Icon::$name => $path,)*
                }
            }
        }
    };
}

mod table;

pub use table::Icon;

/// Draws an icon in the current text colour; decorative, so put the meaning in words beside it.
#[component]
pub fn Glyph(
    /// Which picture, possibly changing with state.
    #[prop(into)]
    icon: Signal<Icon>,
    /// Width and height in CSS pixels.
    #[prop(default = 16)]
    size: u8,
) -> impl IntoView {
    view! {
        <svg
            class="glyph"
            viewBox="0 0 24 24"
            width=size
            height=size
            aria-hidden="true"
            focusable="false"
            data-icon=move || icon.get().slug()
            data-spin=move || (icon.get() == Icon::LoaderCircle).then_some("")
        >
            <path d=move || icon.get().path() />
        </svg>
    }
}
