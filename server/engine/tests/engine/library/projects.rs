//! Projects: made, named, put away, deleted while empty; and what goes into them.

use model::{
    api::{
        documents::NewDocument,
        projects::{NewProject, ProjectChange},
    },
    id::ProjectId,
    library::ProjectRow,
    pages::LaunchRequest,
    problem::{Problem, ProblemKind},
};
use services::testing::{
    play::copies,
    world::{World, none, quick},
};
use uuid::Uuid;

async fn made(world: &World, name: &str) -> ProjectRow {
    let new = NewProject { name: name.to_owned() };
    world.services.projects.create_project(&world.owner, new).await.unwrap()
}

async fn put_away(world: &World, id: ProjectId) -> Result<ProjectRow, Problem> {
    let change = ProjectChange { archived: Some(true), ..ProjectChange::default() };
    let changed = world.services.projects.change_project(&world.owner, id, change).await;
    changed.map_err(store::error::EngineError::into_problem)
}

fn within(project_id: ProjectId) -> NewDocument {
    NewDocument { project_id: Some(project_id), ..NewDocument::default() }
}

#[tokio::test]
async fn a_launch_goes_into_the_project_it_names_with_all_it_makes() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let spring = made(&world, " Spring \n شاي ").await;
    assert_eq!(spring.name, "Spring شاي");
    let template = world.template("Instagram Post").await;
    let gallery = services.templates.gallery(owner).await.unwrap();
    let card = gallery.into_iter().find(|card| card.id == template).unwrap();
    let values = card.workflow.parameters.iter();
    let values = values.filter_map(|p| Some((p.name.clone(), p.example.clone()?)));
    let request = LaunchRequest {
        project_id: Some(spring.id),
        parameters: values.collect(),
        ..LaunchRequest::for_template(template)
    };
    let worker = world.worker(quick());

    let execution = services.executions.launch(owner, request).await.unwrap().execution_id;
    world.wait_over(execution).await;
    worker.stop().await;

    let page = services.projects.project(owner, spring.id).await.unwrap();
    assert_eq!(page.executions.len(), 1);
    assert!(page.project.documents > 0 && page.project.images > 0, "{:?}", page.project);
    let refused =
        services.projects.delete_project(owner, spring.id).await.unwrap_err().into_problem();
    assert_eq!(refused.code, "project_not_empty");
    let held: Vec<_> = refused.errors.iter().map(|error| error.message.as_str()).collect();
    assert!(held.contains(&"It contains runs: 1."), "{held:?}");
}

#[tokio::test]
async fn nothing_more_goes_into_a_project_that_is_put_away() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let spring = made(&world, "Spring").await;
    let document = services.library.create_document(owner, within(spring.id)).await.unwrap().id;

    assert!(put_away(&world, spring.id).await.unwrap().archived);

    let launch = LaunchRequest {
        project_id: Some(spring.id),
        ..LaunchRequest::for_template(world.publish(&copies(1)).await)
    };
    let refusals = [
        services.library.create_document(owner, within(spring.id)).await.map(drop),
        services.executions.launch(owner, launch).await.map(drop),
        services.library.move_document(owner, document, spring.id).await,
    ];
    for refused in refusals {
        assert_eq!(refused.unwrap_err().into_problem().kind, ProblemKind::NotFound);
    }
    let kept = services.library.document(owner, document).await.unwrap();
    assert_eq!(kept.project_name, "Spring", "what lies in it can be read");
    let first = services.projects.list(owner).await.unwrap()[0].id;
    services.library.move_document(owner, document, first).await.unwrap();
    services.projects.delete_project(owner, spring.id).await.unwrap();
    assert_eq!(services.projects.list(owner).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_last_project_in_use_stays() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let first = services.projects.list(owner).await.unwrap()[0].id;
    let spring = made(&world, "Spring").await;

    put_away(&world, first).await.unwrap();
    let refused = put_away(&world, spring.id).await.unwrap_err();
    let kept = services.projects.delete_project(owner, spring.id).await.unwrap_err().into_problem();

    assert_eq!((refused.code.as_str(), kept.code.as_str()), ("last_project", "last_project"));
    let made = services.library.create_document(owner, NewDocument::default()).await.unwrap();
    assert_eq!(made.project, spring.id, "what names no project goes into the first in use");
    let execution = world.launch(world.publish(&copies(1)).await, none()).await;
    let page = services.projects.project(owner, spring.id).await.unwrap();
    assert_eq!(page.executions[0].id, execution);
}

#[tokio::test]
async fn rel_s2_a_project_of_others_is_refused_in_the_words_for_what_is_not_there() {
    let world = World::new().await;
    let services = &world.services;
    let theirs = made(&world, "Spring").await.id;
    let document = services.library.create_document(&world.owner, within(theirs)).await.unwrap().id;
    let neighbour = world.neighbour().await;
    let own =
        services.library.create_document(&neighbour, NewDocument::default()).await.unwrap().id;

    let mut answers = vec![];
    for id in [theirs, ProjectId(Uuid::now_v7())] {
        let change = ProjectChange { name: Some("Mine".to_owned()), ..ProjectChange::default() };
        answers.push([
            services
                .projects
                .change_project(&neighbour, id, change)
                .await
                .unwrap_err()
                .into_problem(),
            services.projects.delete_project(&neighbour, id).await.unwrap_err().into_problem(),
            services.library.move_document(&neighbour, own, id).await.unwrap_err().into_problem(),
            services
                .library
                .create_document(&neighbour, within(id))
                .await
                .unwrap_err()
                .into_problem(),
        ]);
    }
    let home = services.projects.list(&neighbour).await.unwrap()[0].id;
    let moved = services.library.move_document(&neighbour, document, home).await;

    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].iter().all(|problem| problem.kind == ProblemKind::NotFound));
    assert_eq!(moved.unwrap_err().into_problem().kind, ProblemKind::NotFound);
    assert_eq!(
        services.projects.project(&world.owner, theirs).await.unwrap().project.name,
        "Spring"
    );
}
