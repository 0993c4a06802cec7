//! What a person has set for themselves, in this browser: it follows the account from the first page
//! on, and the colours that are chosen here are kept with the account.

use api::account::keep_theme;
use leptos::{prelude::*, task::spawn_local};
use model::preferences::{Preferences, Theme};
use web::client::{locale, page::reload};

use super::{session::Session, theme::choose_theme};

/// Lets the page follow the account, and the account what is chosen on the page.
pub(super) fn follow_account(session: Session, theme: RwSignal<Theme>) {
    Effect::new(move |before: Option<Theme>| {
        let now = theme.get();
        let preferences = session.view().preferences;
        match before {
            None => adopt(&preferences, theme, now),
            Some(before) if before != now && preferences.theme != Some(now) => keep(session, now),
            Some(_) => {}
        }
        now
    });
}

/// Takes over what was set in another browser.
fn adopt(preferences: &Preferences, theme: RwSignal<Theme>, now: Theme) {
    if let Some(chosen) = preferences.theme.filter(|chosen| *chosen != now) {
        choose_theme(chosen, theme);
    }
    if locale::remembered() != preferences.locale {
        locale::remember(preferences.locale);
        // The page is written anew; once only, where the browser keeps no cookies.
        if locale::remembered() == preferences.locale {
            // A page that is not loaded anew has the form from before.
            reload();
        }
    }
}

/// Keeps the colours with the account. Where that fails this browser still has them.
fn keep(session: Session, theme: Theme) {
    session.update(|view| view.preferences.theme = Some(theme));
    spawn_local(async move {
        let _ = keep_theme(theme).await;
    });
}
