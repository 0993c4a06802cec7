//! What a launch form begins with: presets that people keep, and what was launched before.

use backend::actor::Actor;
use model::{
    access::Role,
    api::presets::{LaunchPreset, NewPreset, PresetChange},
    id::{PresetId, TemplateId},
    pages::LaunchRequest,
    problem::{Problem, ProblemKind},
};
use serde_json::{Map, Value, json};
use services::testing::{play::copies, world::World};
use uuid::Uuid;

fn parameters(topic: &str) -> Map<String, Value> {
    Map::from_iter([("topic".to_owned(), json!(topic))])
}

async fn keep(
    world: &World,
    actor: &Actor,
    template: TemplateId,
    name: &str,
) -> Result<LaunchPreset, Problem> {
    let new = NewPreset { name: name.to_owned(), parameters: parameters(name) };
    let kept = world.services.templates.create_preset(actor, template, new).await;
    kept.map_err(store::error::EngineError::into_problem)
}

fn named(name: &str) -> PresetChange {
    PresetChange { name: Some(name.to_owned()), parameters: None }
}

#[tokio::test]
async fn values_are_kept_under_a_name_renamed_replaced_and_deleted() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let template = world.publish(&copies(1)).await;
    let spring = keep(&world, owner, template, " Spring \n tea ").await.unwrap();
    assert_eq!((spring.name.as_str(), spring.changed_by.is_some()), ("Spring tea", true));
    let autumn = keep(&world, owner, template, "Autumn").await.unwrap();

    let taken = keep(&world, owner, template, "SPRING TEA").await.unwrap_err();
    let renamed =
        services.templates.change_preset(owner, template, autumn.id, named("spring tea")).await;
    let nameless = keep(&world, owner, template, " \n").await.unwrap_err();

    assert_eq!((taken.kind, taken.code.as_str()), (ProblemKind::Conflict, "name_taken"));
    assert_eq!(renamed.unwrap_err().into_problem().code, "name_taken");
    assert_eq!(nameless.errors[0].code, "invalid_name");
    // Another way of writing its own name is none that is taken.
    let named_anew =
        services.templates.change_preset(owner, template, spring.id, named("SPRING tea"));
    assert_eq!(named_anew.await.unwrap().parameters, spring.parameters);
    let other = PresetChange { name: None, parameters: Some(parameters("mint")) };
    services.templates.change_preset(owner, template, spring.id, other).await.unwrap();
    services.templates.delete_preset(owner, template, autumn.id).await.unwrap();
    let page = services.templates.launch_page(owner, template).await.unwrap();
    let kept: Vec<_> = page.presets.into_iter().map(|one| (one.name, one.parameters)).collect();
    assert_eq!(kept, [("SPRING tea".to_owned(), parameters("mint"))]);
    let noted = world.count("SELECT count(*) FROM audit_log WHERE action LIKE 'preset.%'").await;
    assert_eq!(noted, 5, "two made, two changed, one deleted");
    for name in ["Draft 10", "Draft 2"] {
        keep(&world, owner, template, name).await.unwrap();
    }
    let page = services.templates.launch_page(owner, template).await.unwrap();
    let names: Vec<_> = page.presets.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["Draft 2", "Draft 10", "SPRING tea"]);
}

#[tokio::test]
async fn rel_s2_presets_of_another_workspace_are_not_there() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let template = world.publish(&copies(1)).await;
    let spring = keep(&world, owner, template, "Spring").await.unwrap();
    let neighbour = world.neighbour().await;
    let theirs = services.templates.gallery(&neighbour).await.unwrap()[0].id;

    let refusals = [
        services.templates.presets(&neighbour, template).await.map(drop),
        services
            .templates
            .change_preset(&neighbour, template, spring.id, named("Ours"))
            .await
            .map(drop),
        services
            .templates
            .change_preset(&neighbour, theirs, spring.id, named("Ours"))
            .await
            .map(drop),
        services.templates.delete_preset(&neighbour, template, spring.id).await,
        services.templates.delete_preset(&neighbour, theirs, spring.id).await,
        services.templates.delete_preset(owner, template, PresetId(Uuid::now_v7())).await,
    ];

    for refused in refusals {
        assert_eq!(refused.unwrap_err().into_problem().kind, ProblemKind::NotFound);
    }
    let kept = keep(&world, &neighbour, template, "Ours").await.unwrap_err();
    assert_eq!(kept.kind, ProblemKind::NotFound);
    assert_eq!(services.templates.presets(owner, template).await.unwrap(), [spring]);
    assert!(services.templates.presets(&neighbour, theirs).await.unwrap().is_empty());
}

#[tokio::test]
async fn rel_s1_a_viewer_sees_presets_and_writes_none() {
    let world = World::new().await;
    let services = &world.services;
    let template = world.publish(&copies(1)).await;
    let runner = Actor { role: Role::Runner, ..world.owner.clone() };
    let viewer = Actor { role: Role::Viewer, ..world.owner.clone() };
    let spring = keep(&world, &runner, template, "Spring").await.unwrap();

    let refusals = [
        keep(&world, &viewer, template, "Ours").await.map(drop).unwrap_err(),
        services
            .templates
            .change_preset(&viewer, template, spring.id, named("Ours"))
            .await
            .unwrap_err()
            .into_problem(),
        services
            .templates
            .delete_preset(&viewer, template, spring.id)
            .await
            .unwrap_err()
            .into_problem(),
    ];

    assert!(refusals.iter().all(|refused| refused.kind == ProblemKind::Forbidden), "{refusals:?}");
    assert_eq!(services.templates.presets(&viewer, template).await.unwrap(), [spring]);
}

#[tokio::test]
async fn a_form_begins_with_what_the_person_or_else_somebody_launched_last() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let template = world.template("Instagram Post").await;
    let card = services.templates.template(owner, template).await.unwrap().card;
    let launch = async |actor: &Actor, topic: &str| {
        let parameters = card.workflow.parameters.iter();
        let examples = parameters.filter_map(|p| Some((p.name.clone(), p.example.clone()?)));
        let mut parameters: Map<String, Value> = examples.collect();
        parameters.insert("topic".to_owned(), json!(topic));
        let request = LaunchRequest { parameters, ..LaunchRequest::for_template(template) };
        services.executions.launch(actor, request).await.unwrap().execution_id
    };
    assert_eq!(services.templates.launch_page(owner, template).await.unwrap().last, None);
    let first = launch(owner, "Tea").await;
    let neighbour = world.neighbour().await;

    let last = services.templates.launch_page(owner, template).await.unwrap().last.unwrap();
    let again = services.templates.earlier_launch(owner, template, first).await.unwrap();

    assert_eq!((last.execution_id, &last.parameters["topic"]), (first, &json!("Tea")));
    assert_eq!(again, last);
    let theirs = services.templates.gallery(&neighbour).await.unwrap()[0].id;
    for (actor, template) in [(&neighbour, template), (&neighbour, theirs)] {
        let refused = services.templates.earlier_launch(actor, template, first).await.unwrap_err();
        assert_eq!(refused.into_problem().kind, ProblemKind::NotFound);
    }
    assert_eq!(services.templates.launch_page(&neighbour, theirs).await.unwrap().last, None);
}
