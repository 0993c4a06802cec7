//! When a page lacks what was sent from one of its dialogs.

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::outbox::Outbox;

/// Whether files are asked for, and how many of them have arrived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sending {
    is_open: bool,
    arrived: usize,
}

impl Sending {
    /// Whether the page lacks something: what has arrived when the dialog is closed, and what
    /// arrives later.
    fn is_news_after(self, before: Self) -> bool {
        let arrived = self.arrived > before.arrived || (before.is_open && self.arrived > 0);
        !self.is_open && arrived
    }
}

/// Calls `on_news` whenever the page lacks something that has arrived of the files its dialog asks
/// for, also when that was closed while they were on their way. Opened again, the dialog forgets
/// what is over.
pub fn on_arrival<T>(outbox: Outbox<T>, open: RwSignal<bool>, on_news: impl Fn() + 'static)
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    Effect::new(move |before: Option<Sending>| {
        let before = before.unwrap_or_default();
        let now = Sending { is_open: open.get(), arrived: outbox.kept().len() };
        if now.is_open && !before.is_open {
            outbox.clear_what_is_over();
        } else if now.is_news_after(before) {
            on_news();
        }
        now
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_arrived_is_shown_when_the_dialog_is_closed_and_what_comes_later_as_well() {
        let sending = |is_open, arrived| Sending { is_open, arrived };

        assert!(!sending(true, 1).is_news_after(sending(true, 0)));
        assert!(sending(false, 1).is_news_after(sending(true, 1)));
        assert!(sending(false, 1).is_news_after(sending(false, 0)));
        assert!(!sending(false, 1).is_news_after(sending(false, 1)));
        assert!(!sending(false, 0).is_news_after(sending(true, 0)), "nothing was sent");
    }
}
