//! Light, dark or as the system says. A cookie tells the server before the first paint, so there
//! is no flash and no script in the page.

use leptos::prelude::*;

use crate::{
    api::page::preference,
    client::cookie,
    ui::{button::IconButton, icon::Icon},
};

const COOKIE: &str = "theme";

/// Which colours a person wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The theme this person chose, as the cookie of this request or page says.
    pub fn chosen() -> Self {
        match preference(COOKIE).as_deref() {
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

    fn icon(self) -> Icon {
        match self {
            Self::System => Icon::Monitor,
            Self::Light => Icon::Sun,
            Self::Dark => Icon::Moon,
        }
    }

    fn apply(self) {
        cookie::remember(COOKIE, self.key());
        if let Some(root) = document().document_element() {
            // Only a broken document refuses an attribute, and it has no colours to change.
            let _ = root.set_attribute("data-theme", self.key());
        }
    }
}

/// A button that goes through system, light and dark.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(Theme::chosen());
    let icon = Signal::derive(move || theme.get().icon());
    let label = Signal::derive(move || format!("Theme: {}", theme.get().key()));
    let press = move |()| {
        theme.update(|theme| *theme = theme.next());
        theme.get_untracked().apply();
    };
    view! { <IconButton icon=icon label=label on_press=press /> }
}
