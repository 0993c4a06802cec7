//! How a difference is shown, as this person chose it last.

use web::client::cookie;

/// The name of the cookie that keeps the look.
const COOKIE: &str = "difference";

/// How a difference is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Side by side, as rendered Markdown.
    Rendered,
    /// Both in one text, with marks.
    Inline,
    /// Side by side, as plain text.
    Sides,
}

impl Look {
    /// The look that this person chose last, from the cookie. Without one: rendered where there is
    /// Markdown (`formatted`), else inline.
    pub(super) fn from_cookie(formatted: bool) -> Self {
        match cookie::preference(COOKIE).as_deref() {
            Some("sides") => Self::Sides,
            Some("inline") => Self::Inline,
            _ if formatted => Self::Rendered,
            _ => Self::Inline,
        }
    }

    /// Its value in the cookie and in `data-look`.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Rendered => "rendered",
            Self::Inline => "inline",
            Self::Sides => "sides",
        }
    }

    /// Keeps it as what this person chose last.
    pub(super) fn remember(self) {
        cookie::remember(COOKIE, self.key());
    }
}
