//! Which tabs of a browser have a stream: the few that were looked at last. Each tab says when it
//! opens a stream and when it lets go of it, and counts those that others opened since its own; no
//! tab leads, so none is missed when it is closed.

use std::{cell::RefCell, rc::Rc};

use web_sys::js_sys::Math;

use crate::client::tabs::TabChannel;

/// The name under which the tabs of a browser talk about their streams.
const CHANNEL: &str = "atelier-streams";
/// How many streams a browser has open at a time: half of the connections that it opens to a server
/// over HTTP/1.1, so that the other half is left for requests.
const MOST_STREAMS: usize = 3;

/// What a tab says to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said<'a> {
    /// This tab opened its stream.
    Opened(&'a str),
    /// This tab let go of its stream.
    Closed(&'a str),
}

impl<'a> Said<'a> {
    fn from_text(text: &'a str) -> Option<Self> {
        match text.split_at_checked(1)? {
            ("+", tab) => Some(Self::Opened(tab)),
            ("-", tab) => Some(Self::Closed(tab)),
            _ => None,
        }
    }

    fn to_text(self) -> String {
        match self {
            Self::Opened(tab) => format!("+{tab}"),
            Self::Closed(tab) => format!("-{tab}"),
        }
    }
}

/// The other tabs that opened a stream since this one did.
#[derive(Debug, Default)]
struct Later(Vec<String>);

impl Later {
    /// Whether the browser now has enough streams without the one of this tab.
    fn hear(&mut self, said: Said<'_>) -> bool {
        let Self(tabs) = self;
        match said {
            Said::Closed(tab) => tabs.retain(|one| one != tab),
            Said::Opened(tab) if tabs.iter().any(|one| one == tab) => {}
            Said::Opened(tab) => tabs.push(tab.to_owned()),
        }
        tabs.len() >= MOST_STREAMS
    }
}

/// The turn of this tab among those of its browser.
#[derive(Default)]
pub(super) struct Turns {
    /// The name of this tab; empty until it follows the others.
    tab: RefCell<String>,
    later: Rc<RefCell<Later>>,
    channel: RefCell<Option<TabChannel>>,
}

impl Turns {
    /// Follows the other tabs from now on, and calls `let_go` when it is the turn of others. A
    /// browser without channels between its tabs has a stream for each that is shown.
    pub fn follow(&self, let_go: impl Fn() + 'static) {
        self.tab.replace(Math::random().to_string());
        let later = Rc::clone(&self.later);
        let channel = TabChannel::open(CHANNEL, move |text| {
            let is_full = Said::from_text(&text).is_some_and(|said| later.borrow_mut().hear(said));
            if is_full {
                let_go();
            }
        });
        self.channel.replace(channel);
    }

    /// Tells the others that this tab opens its stream: it is the one that was looked at last.
    pub fn take(&self) {
        self.later.replace(Later::default());
        self.say(Said::Opened(&self.tab.borrow()));
    }

    /// Tells the others that this tab has let go of its stream.
    pub fn give_back(&self) {
        self.say(Said::Closed(&self.tab.borrow()));
    }

    fn say(&self, said: Said<'_>) {
        if let Some(channel) = &*self.channel.borrow() {
            channel.post(&said.to_text());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_lets_go_once_enough_others_opened_a_stream_since_it_did() {
        let mut later = Later::default();

        let full = ["+a", "+b", "+b", "-a", "+c", "+d"].map(|text| {
            let said = Said::from_text(text);
            assert_eq!(said.map(Said::to_text).as_deref(), Some(text));
            said.is_some_and(|said| later.hear(said))
        });

        assert_eq!(full, [false, false, false, false, false, true]);
        assert_eq!(["", "x", "é"].map(Said::from_text), [None; 3]);
    }
}
