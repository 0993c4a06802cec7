//! The operations of projects.

/// Projects, which hold documents, images and executions.
#[macro_export]
macro_rules! projects_operations {
    ($then:path) => {
        $then! { projects Projects ProjectOperations {
            /// Lists projects with counts of their contents, oldest first, archived ones last.
            GET "/projects" Read load_projects = list() -> all $crate::library::ProjectRow;
            /// Shows a project with its latest executions and their workflows.
            GET "/projects/{id}" Read load_project = project(id: $crate::id::ProjectId)
                -> one $crate::library::ProjectPage;
            /// Creates a project.
            POST "/projects" EditProject create_project =
                create_project(; new: $crate::api::projects::NewProject)
                -> made $crate::library::ProjectRow;
            /// Renames, archives or restores a project; absent fields don't change.
            PUT "/projects/{id}" EditProject change_project = change_project(
                id: $crate::id::ProjectId; change: $crate::api::projects::ProjectChange)
                -> one $crate::library::ProjectRow;
            /// Deletes an empty project.
            DELETE "/projects/{id}" EditProject delete_project =
                delete_project(id: $crate::id::ProjectId) -> done;
        } }
    };
}
