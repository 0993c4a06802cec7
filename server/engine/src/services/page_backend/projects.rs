//! What pages ask of projects.

use backend::actor::Actor;
use model::{
    api::projects::{NewProject, ProjectChange},
    id::ProjectId,
    library::{ProjectPage, ProjectRow},
};

forward! {
    projects::Projects {
        fn list(actor: &Actor) -> Vec<ProjectRow>;
        fn project(actor: &Actor, id: ProjectId) -> ProjectPage;
        fn create_project(actor: &Actor, new: NewProject) -> ProjectRow;
        fn change_project(actor: &Actor, id: ProjectId, change: ProjectChange) -> ProjectRow;
        fn delete_project(actor: &Actor, id: ProjectId) -> ();
    }
}
