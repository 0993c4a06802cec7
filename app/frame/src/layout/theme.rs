//! Light, dark or as the system says. A cookie tells the server before the first paint, so there
//! is no flash and no script in the page.

use leptos::prelude::*;
use ui::{button::IconButton, icon::Icon};
use web::client::cookie;

const COOKIE: &str = "theme";

/// Which colours a person wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light or dark as the system says, also when that changes.
    #[default]
    System,
    /// Light, whatever the system says.
    Light,
    /// Dark, whatever the system says.
    Dark,
}

impl Theme {
    /// Every theme, in the order in which the button goes through them.
    pub(super) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The theme this person chose, from the cookie of this request or page; the system's without
    /// one.
    pub fn from_cookie() -> Self {
        match cookie::preference(COOKIE).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value of `data-theme` on the root element.
    pub fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    pub(super) fn icon(self) -> Icon {
        match self {
            Self::System => Icon::Monitor,
            Self::Light => Icon::Sun,
            Self::Dark => Icon::Moon,
        }
    }

    /// Gives the page this theme, and remembers it in the cookie for the next ones.
    pub(super) fn choose(self, theme: RwSignal<Self>) {
        theme.set(self);
        cookie::remember(COOKIE, self.key());
        if let Some(root) = document().document_element() {
            // Only a broken document refuses an attribute, and it has no colours to change.
            let _ = root.set_attribute("data-theme", self.key());
        }
    }
}

/// A button that goes through system, light and dark.
#[component]
pub fn ThemeSwitch(
    /// The theme, where something else changes it too.
    #[prop(optional)]
    theme: Option<RwSignal<Theme>>,
) -> impl IntoView {
    let theme = theme.unwrap_or_else(|| RwSignal::new(Theme::from_cookie()));
    let icon = Signal::derive(move || theme.get().icon());
    let label = Signal::derive(move || format!("Theme: {}", theme.get().key()));
    let press = move |()| theme.get_untracked().next().choose(theme);
    view! { <IconButton icon=icon label=label on_press=press /> }
}
