//! The documentation, whose files are part of the server.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::problem::Problem;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use web::{docs_page::DocsPage, routes};

use super::{ApiError, html::SafeHtml};

/// A page of the documentation, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocsText {
    /// The text below the page's title.
    pub html: SafeHtml,
    /// What it is divided into.
    pub headings: Vec<DocsHeading>,
}

/// A heading to which the page's own menu leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocsHeading {
    /// Its id on the page.
    pub id: String,
    pub words: String,
}

/// A page of the documentation; anybody may read it.
#[server(prefix = "/api/fn", endpoint = "docs", input = leptos::server_fn::codec::Json)]
pub async fn load_docs(
    /// The last part of its address.
    page: String,
) -> Result<DocsText, ApiError> {
    let page = DocsPage::from_slug(&page).ok_or_else(|| ApiError(Problem::not_found("page")))?;
    // The first line is the title, which the page shows by itself.
    let text = file(page).split_once('\n').map_or("", |(_, text)| text);
    let (html, headings) = SafeHtml::from_docs(text, address_of);
    let headings = headings.into_iter();
    let headings = headings.map(|heading| DocsHeading { id: heading.id, words: heading.words });
    Ok(DocsText { html, headings: headings.collect() })
}

/// Where a link between the files leads on the site.
#[cfg(feature = "ssr")]
fn address_of(link: &str) -> Option<String> {
    let (file, heading) = link.find('#').map_or((link, ""), |at| link.split_at(at));
    DocsPage::from_file(file).map(|page| format!("{}{heading}", routes::docs(page)))
}

/// The Markdown file of a page.
#[cfg(feature = "ssr")]
fn file(page: DocsPage) -> &'static str {
    macro_rules! docs {
        ($path:literal) => {
            include_str!(concat!("../../../docs/", $path))
        };
    }
    match page {
        DocsPage::Overview => docs!("overview.md"),
        DocsPage::Steps => docs!("steps.md"),
        DocsPage::ToolServers => docs!("tool-servers.md"),
        DocsPage::IssueToPr => docs!("workflows/issue_to_pr.md"),
        DocsPage::FixDeployFailure => docs!("workflows/fix_deploy_failure.md"),
        DocsPage::PrReviewWorkflow => docs!("workflows/pr_review_workflow.md"),
        DocsPage::CiFailureHandler => docs!("workflows/ci_failure_handler.md"),
        DocsPage::IssueTriage => docs!("workflows/issue_triage.md"),
        DocsPage::DependencyUpdate => docs!("workflows/dependency_update.md"),
        DocsPage::Tables => docs!("tables.md"),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_page_begins_with_its_title_and_links_only_to_what_is_there() {
        for page in DocsPage::ALL.iter().copied() {
            let text = file(page);
            assert_eq!(text.lines().next(), Some(format!("# {}", page.title()).as_str()));
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let known = address_of(link).is_some() || link.starts_with("https://");
                assert!(known || link.starts_with('#'), "{}: {link}", page.title());
            }
        }
    }
}
