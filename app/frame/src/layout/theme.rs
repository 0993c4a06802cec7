//! Light, dark or as the system says. A cookie tells the server before the first paint, so there
//! is no flash and no script in the page.

use leptos::prelude::*;
use model::preferences::Theme;
use ui::{button::IconButton, icon::Icon};
use web::client::cookie;

const COOKIE: &str = "theme";

/// The theme of the page, both ways; the pages of a workspace have it in their context.
#[derive(Debug, Clone, Copy)]
pub struct PageTheme(pub RwSignal<Theme>);

/// The theme that was chosen in this browser, from the cookie of this request or page; the system's
/// without one.
pub fn remembered_theme() -> Theme {
    cookie::preference(COOKIE).as_deref().and_then(Theme::from_key).unwrap_or_default()
}

/// Gives the page a theme, and remembers it in the cookie for the next ones.
pub fn choose_theme(chosen: Theme, theme: RwSignal<Theme>) {
    theme.set(chosen);
    cookie::remember(COOKIE, chosen.key());
    if let Some(root) = document().document_element() {
        // Only a broken document refuses an attribute, and it has no colours to change.
        let _ = root.set_attribute("data-theme", chosen.key());
    }
}

pub(super) fn theme_icon(theme: Theme) -> Icon {
    match theme {
        Theme::System => Icon::Monitor,
        Theme::Light => Icon::Sun,
        Theme::Dark => Icon::Moon,
    }
}

fn next(theme: Theme) -> Theme {
    match theme {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    }
}

/// A button that goes through system, light and dark.
#[component]
pub fn ThemeSwitch(
    /// The theme, where something else changes it too.
    #[prop(optional)]
    theme: Option<RwSignal<Theme>>,
) -> impl IntoView {
    let theme = theme.unwrap_or_else(|| RwSignal::new(remembered_theme()));
    let icon = Signal::derive(move || theme_icon(theme.get()));
    let label = Signal::derive(move || format!("Theme: {}", theme.get().key()));
    let press = move |()| choose_theme(next(theme.get_untracked()), theme);
    view! { <IconButton icon=icon label=label on_press=press /> }
}
