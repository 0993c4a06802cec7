//! The filter of a list of documents, as it stands in the address.

use leptos_router::params::ParamsMap;
use model::{
    api::documents::DocumentFilter,
    id::{ProjectId, WorkspaceId},
};
use web::routes;

/// The page on which documents or images are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The page of all of the workspace.
    Workspace(WorkspaceId),
    /// The page of a project, with only what is in it.
    Project(WorkspaceId, ProjectId),
}

impl Place {
    /// The workspace that the page belongs to.
    pub(crate) fn workspace(self) -> WorkspaceId {
        match self {
            Self::Workspace(workspace) | Self::Project(workspace, _) => workspace,
        }
    }

    /// The project whose page it is; there one cannot filter by project.
    pub(crate) fn project(self) -> Option<ProjectId> {
        match self {
            Self::Workspace(_) => None,
            Self::Project(_, project) => Some(project),
        }
    }

    /// The address of the page without a filter.
    pub(super) fn address(self) -> String {
        match self {
            Self::Workspace(workspace) => routes::documents(workspace),
            Self::Project(workspace, project) => routes::project(workspace, project),
        }
    }

    /// The filter in the query of an address; what cannot be read is left out.
    pub(super) fn filter(self, query: &ParamsMap) -> DocumentFilter {
        let text = |name: &str| query.get(name).filter(|text| !text.is_empty());
        DocumentFilter {
            q: text("q").unwrap_or_default(),
            project: self.project().or(text("project").and_then(|id| id.parse().ok())),
            tag: text("tag"),
            status: text("status").and_then(|word| word.parse().ok()),
            execution: text("execution").and_then(|id| id.parse().ok()),
            template: text("template").and_then(|id| id.parse().ok()),
            aside: text("aside").is_some(),
        }
    }

    /// The address of the page with this filter.
    pub(super) fn address_of(self, filter: &DocumentFilter) -> String {
        let project = filter.project.filter(|_| self.project().is_none());
        let said = [
            ("q", Some(filter.q.clone()).filter(|words| !words.is_empty())),
            ("project", project.map(|id| id.to_string())),
            ("tag", filter.tag.clone()),
            ("status", filter.status.map(|status| status.as_str().to_owned())),
            ("execution", filter.execution.map(|id| id.to_string())),
            ("template", filter.template.map(|id| id.to_string())),
            ("aside", filter.aside.then(|| "true".to_owned())),
        ];
        let mut query = ParamsMap::new();
        for (name, value) in said {
            if let Some(value) = value {
                query.insert(name, value);
            }
        }
        format!("{}{}", self.address(), query.to_query_string())
    }

    /// Whether the filter admits everything that the page can list.
    pub(super) fn is_all(self, filter: &DocumentFilter) -> bool {
        *filter == DocumentFilter { project: self.project(), ..DocumentFilter::default() }
    }
}

#[cfg(test)]
mod tests {
    use model::document::DocumentStatus;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_filter_is_what_its_address_says() {
        let (workspace, project) = (WorkspaceId(Uuid::nil()), ProjectId(Uuid::from_u128(1)));
        let place = Place::Workspace(workspace);
        let filter = DocumentFilter {
            q: "warm tea".to_owned(),
            tag: Some("شاي & co".to_owned()),
            status: Some(DocumentStatus::InReview),
            project: Some(project),
            aside: true,
            ..DocumentFilter::default()
        };

        let address = place.address_of(&filter);
        let (_, query) = address.split_once('?').unwrap_or_default();
        let mut read = ParamsMap::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or_default();
            read.insert(name.to_owned(), value.to_owned());
        }

        assert_eq!(place.filter(&read), filter);
        assert!(!Place::Project(workspace, project).address_of(&filter).contains("project="));
        assert!(place.is_all(&DocumentFilter::default()) && !place.is_all(&filter));
    }
}
