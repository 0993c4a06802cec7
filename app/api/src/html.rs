//! HTML that may be shown as it is.

use serde::{Deserialize, Serialize};

/// HTML that the server made from Markdown and cleaned; nothing else makes one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Markdown by whomever, cleaned.
    #[cfg(feature = "ssr")]
    pub fn from_markdown(text: &str) -> Self {
        Self(safe_html::render_markdown(text))
    }

    /// A page of the product's own documentation, cleaned, with its headings. `address` says where a
    /// link between its files leads.
    #[cfg(feature = "ssr")]
    pub fn from_docs(
        text: &str,
        address: impl Fn(&str) -> Option<String>,
    ) -> (Self, Vec<safe_html::Heading>) {
        let page = safe_html::render_docs(text, address);
        (Self(page.html), page.headings)
    }

    /// The HTML as text, for the `inner_html` of an element.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when there is nothing to see.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}
