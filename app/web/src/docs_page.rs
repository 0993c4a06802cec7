//! The pages of the documentation: one list for their addresses, their menu and the palette. Their
//! texts are the Markdown files in `docs/`.

/// A page of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocsPage {
    /// What there is to read.
    Overview,
    /// How workflows are written as lists of steps.
    Steps,
    /// How servers of tools are connected.
    ToolServers,
    /// The template that makes a pull request for an issue.
    IssueToPr,
    /// The template that looks into a failed deployment.
    FixDeployFailure,
    /// The template that reviews a pull request.
    PrReviewWorkflow,
    /// The template that looks into a failed run of tests.
    CiFailureHandler,
    /// The template that sorts an issue.
    IssueTriage,
    /// The template that updates dependencies.
    DependencyUpdate,
    /// Tables and views for the operator's SQL.
    Tables,
}

/// Pages under one heading of the menu.
#[derive(Debug, Clone, Copy)]
pub struct DocsGroup {
    /// The heading.
    pub title: &'static str,
    /// The pages, in the order of the menu.
    pub pages: &'static [DocsPage],
}

impl DocsPage {
    /// The menu: every page once.
    pub const GROUPS: [DocsGroup; 3] = [
        DocsGroup {
            title: "Steps and tools",
            pages: &[Self::Overview, Self::Steps, Self::ToolServers],
        },
        DocsGroup {
            title: "Engineering workflows",
            pages: &[
                Self::IssueToPr,
                Self::FixDeployFailure,
                Self::PrReviewWorkflow,
                Self::CiFailureHandler,
                Self::IssueTriage,
                Self::DependencyUpdate,
            ],
        },
        DocsGroup { title: "For operators", pages: &[Self::Tables] },
    ];

    /// All pages, in the order of the menu.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::GROUPS.into_iter().flat_map(|group| group.pages.iter().copied())
    }

    /// The last part of the page's address, which is the name of its file; nothing for the first
    /// page.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Steps => "steps",
            Self::ToolServers => "tool-servers",
            Self::IssueToPr => "issue_to_pr",
            Self::FixDeployFailure => "fix_deploy_failure",
            Self::PrReviewWorkflow => "pr_review_workflow",
            Self::CiFailureHandler => "ci_failure_handler",
            Self::IssueTriage => "issue_triage",
            Self::DependencyUpdate => "dependency_update",
            Self::Tables => "tables",
        }
    }

    /// The page's name in the menu and as its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Documentation",
            Self::Steps => "Workflows as steps",
            Self::ToolServers => "Connect tool servers",
            Self::IssueToPr => "Issue to pull request",
            Self::FixDeployFailure => "Fix a failed deployment",
            Self::PrReviewWorkflow => "Pull request review",
            Self::CiFailureHandler => "CI failure handler",
            Self::IssueTriage => "Issue triage",
            Self::DependencyUpdate => "Dependency update",
            Self::Tables => "Tables and history queries",
        }
    }

    /// The page at an address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::all().find(|page| page.slug() == slug)
    }

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
        for page in DocsPage::all() {
            assert_eq!(DocsPage::from_slug(page.slug()), Some(page));
        }
        assert_eq!(DocsPage::all().count(), 10);
        assert_eq!(DocsPage::from_file("workflows/issue_triage.md"), Some(DocsPage::IssueTriage));
        assert_eq!(DocsPage::from_file("../overview.md"), Some(DocsPage::Overview));
        assert_eq!(DocsPage::from_file("CHANGING.md"), None);
    }
}
