//! The pages of the documentation: one list for their addresses, their menu and the palette. Their
//! texts are the Markdown files in `docs/`.

use crate::page_list::page_list;

page_list! {
    /// A page of the documentation; the last part of an address is also the name of a file, and the
    /// first page has none.
    DocsPage {
        Overview = "", "Documentation";
        Steps = "steps", "Workflows as steps";
        ToolServers = "tool-servers", "Connect tool servers";
        IssueToPr = "issue_to_pr", "Issue to pull request";
        FixDeployFailure = "fix_deploy_failure", "Fix a failed deployment";
        PrReviewWorkflow = "pr_review_workflow", "Pull request review";
        CiFailureHandler = "ci_failure_handler", "CI failure handler";
        IssueTriage = "issue_triage", "Issue triage";
        DependencyUpdate = "dependency_update", "Dependency update";
        Tables = "tables", "Tables and history queries";
    }
}

impl DocsPage {
    /// The menu: its headings, each with the pages under it.
    pub const GROUPS: [(&str, &[Self]); 3] = [
        ("Steps and tools", &[Self::Overview, Self::Steps, Self::ToolServers]),
        (
            "Engineering workflows",
            &[
                Self::IssueToPr,
                Self::FixDeployFailure,
                Self::PrReviewWorkflow,
                Self::CiFailureHandler,
                Self::IssueTriage,
                Self::DependencyUpdate,
            ],
        ),
        ("For operators", &[Self::Tables]),
    ];

    /// The page whose file a link between the files leads to: `../steps.md`.
    pub fn from_file(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next()?.strip_suffix(".md")?;
        if name == "overview" { Some(Self::Overview) } else { Self::from_slug(name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_address_and_its_file() {
        for page in DocsPage::ALL.iter().copied() {
            assert_eq!(DocsPage::from_slug(page.slug()), Some(page));
        }
        let in_menu: Vec<DocsPage> =
            DocsPage::GROUPS.iter().flat_map(|(_, pages)| pages.iter().copied()).collect();
        assert_eq!(in_menu, DocsPage::ALL);
        assert_eq!(DocsPage::from_file("workflows/issue_triage.md"), Some(DocsPage::IssueTriage));
        assert_eq!(DocsPage::from_file("../overview.md"), Some(DocsPage::Overview));
        assert_eq!(DocsPage::from_file("CHANGING.md"), None);
    }
}
