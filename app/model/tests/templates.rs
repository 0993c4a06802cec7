//! Every shipped template loads, is valid, shows an example and exports byte for byte.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{collections::BTreeSet, fs, path::Path};

use model::{
    id::NodeId,
    nodes::NodeKind,
    pages::LaunchRequest,
    template::{SystemTemplate, TemplateCategory, example_context, system_templates},
    transfer::{import, steps::export},
    validate::{missing_context, validate, validate_parameters},
    workflow::{Node, Position, Workflow},
};
use serde_json::{Map, Value, json};

fn file(key: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(format!("{key}.json"));
    fs::read_to_string(path).unwrap()
}

fn examples(workflow: &Workflow) -> Map<String, Value> {
    let example = |parameter: &model::parameter::Parameter| {
        Some((parameter.name.clone(), parameter.example.clone()?))
    };
    workflow.parameters.iter().filter_map(example).collect()
}

fn template(key: &str) -> SystemTemplate {
    system_templates().into_iter().find(|template| template.key == key).unwrap()
}

#[test]
fn every_file_is_a_template_and_every_template_a_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut keys: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    keys.sort();

    let mut shipped: Vec<&str> = system_templates().iter().map(|template| template.key).collect();
    shipped.sort_unstable();

    assert_eq!(shipped, keys);
    assert_eq!(shipped.len(), 17);
}

#[test]
fn every_template_parses_and_validates_without_an_issue() {
    for template in system_templates() {
        let parsed = Workflow::parse(&file(template.key)).unwrap();

        assert_eq!(validate(&parsed), [], "{}", template.key);
        assert!(!template.workflow.description.is_empty());
        assert!(template.example_output.len() > 200, "{}", template.key);
    }
}

#[test]
fn every_template_exports_byte_for_byte() {
    for template in system_templates() {
        assert_eq!(template.workflow.to_json(), file(template.key), "{}", template.key);
    }
}

#[test]
fn every_template_launches_with_its_examples_and_each_preset() {
    for template in system_templates() {
        let workflow = &template.workflow;
        let examples = examples(workflow);
        assert_eq!(examples.len(), workflow.parameters.len(), "{}", template.key);
        let complete = validate_parameters(workflow, &examples).unwrap();
        assert_eq!(complete.len(), workflow.parameters.len());
        for preset in &workflow.presets {
            let mut parameters = examples.clone();
            parameters.extend(preset.values.clone());
            validate_parameters(workflow, &parameters).unwrap();
        }
    }
}

#[test]
fn every_template_has_all_the_context_that_it_reads_in_its_example() {
    for template in system_templates() {
        let context = example_context(&template.workflow);

        assert_eq!(missing_context(&template.workflow, &context), []);
        let is_engineering = template.category == TemplateCategory::Engineering;
        assert_eq!(!context.is_empty(), is_engineering, "{}", template.key);
    }
}

/// A file of the documentation.
fn docs(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/workflows");
    fs::read_to_string(docs.join(name)).unwrap()
}

/// Everything of a step but what only readers see: its label, and where its card lies.
fn bare_steps(workflow: &Workflow) -> Vec<Node> {
    let steps = workflow.nodes.iter().filter(|node| node.kind() == NodeKind::Tool).cloned();
    steps
        .map(|mut node| {
            (node.position, node.data.label) = (Position::default(), String::new());
            node
        })
        .collect()
}

#[test]
fn the_engineering_templates_are_what_their_files_of_steps_say() {
    let all = system_templates().into_iter();
    let has_agent = |template: &SystemTemplate| {
        template.workflow.nodes.iter().any(|n| n.kind() == NodeKind::Agent)
    };
    let engineering = all.filter(|template| template.category == TemplateCategory::Engineering);
    // A file of steps has no agents.
    let engineering = engineering.filter(|template| !has_agent(template));
    let mut steps = vec![];
    for SystemTemplate { key, workflow, .. } in engineering {
        let file = docs(&format!("{key}.steps.json"));

        let imported = import(&file).unwrap();

        assert_eq!(imported.notes, [] as [String; 0], "{key}");
        let from_file = imported.workflow;
        assert_eq!(from_file.name, key);
        assert_eq!(validate(&from_file), [], "{key}");
        assert_eq!(export(&from_file).unwrap().0, file, "{key}: not in the form that is written");
        assert_eq!(bare_steps(&workflow), bare_steps(&from_file), "{key}");
        assert_eq!(workflow.edges, from_file.edges, "{key}");
        assert_eq!(workflow.settings, from_file.settings, "{key}");
        let names = |workflow: &Workflow| -> BTreeSet<String> {
            workflow.parameters.iter().map(|parameter| parameter.name.clone()).collect()
        };
        assert_eq!(names(&workflow), names(&from_file), "{key}");
        let page = docs(&format!("{key}.md"));
        assert!(page.contains(&format!("```json\n{file}```\n")), "{key}.md does not show its file");
        steps.push((key, bare_steps(&workflow).len()));
    }
    let expected = [
        ("issue_to_pr", 3),
        ("fix_deploy_failure", 7),
        ("pr_review_workflow", 5),
        ("ci_failure_handler", 8),
        ("issue_triage", 5),
        ("dependency_update", 5),
    ];
    assert_eq!(steps, expected);
}

#[test]
fn the_examples_of_the_page_on_steps_are_read_as_launches() {
    let page = docs("../steps.md");
    let blocks = page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    let files: Vec<&str> = blocks.filter(|block| block.contains("\"steps\"")).collect();

    assert_eq!(files.len(), 3);
    for file in files {
        let request = LaunchRequest::read(serde_json::from_str(file).unwrap()).unwrap();
        let imported = request.import(request.definition.as_ref().unwrap()).unwrap();
        assert_eq!(validate(&imported.workflow), [], "{file}");
    }
}

#[test]
fn cards_lie_on_the_grid_from_left_to_right_without_overlap() {
    const CARD: (f64, f64) = (240.0, 192.0);
    for template in system_templates() {
        let workflow = template.workflow;
        let at = |id: &NodeId| workflow.node(id).unwrap().position;
        let parent = |id: &NodeId| workflow.node(id).unwrap().parent_id.as_ref();
        // What lies in a loop lies beside its edges.
        let beside =
            workflow.edges.iter().filter(|edge| parent(&edge.source) == parent(&edge.target));
        for edge in beside {
            assert!(at(&edge.target).x - at(&edge.source).x >= CARD.0 + 96.0, "{}", edge.id);
        }
        for (place, node) in workflow.nodes.iter().enumerate() {
            let here = node.position;
            assert!(here.x % 16.0 == 0.0 && here.y % 16.0 == 0.0, "{}", node.id);
            let rest = workflow.nodes[place + 1..].iter();
            for other in rest.filter(|other| other.parent_id == node.parent_id) {
                let (dx, dy) = (here.x - other.position.x, here.y - other.position.y);
                assert!(dx.abs() >= CARD.0 || dy.abs() >= CARD.1, "{} {}", node.id, other.id);
            }
        }
    }
}

#[test]
fn the_original_templates_keep_their_shape() {
    use NodeKind as K;
    let shapes: [(&str, &[K], usize, &[&str]); 3] = [
        (
            "facebook_ads_campaign",
            &[
                K::Start,
                K::GenerateCopy,
                K::GenerateCopy,
                K::GenerateImage,
                K::AttachToDocument,
                K::End,
            ],
            5,
            &["product_description", "target_audience", "key_benefit", "visual_style"],
        ),
        (
            "instagram_post",
            &[K::Start, K::GenerateImage, K::GenerateCopy, K::AttachToDocument, K::End],
            4,
            &["topic", "image_description", "style", "brand_voice", "target_audience"],
        ),
        (
            "blog_article",
            &[
                K::Start,
                K::GenerateCopy,
                K::GenerateCopy,
                K::GenerateImage,
                K::AttachToDocument,
                K::AiReview,
                K::End,
            ],
            7,
            &["blog_topic", "target_audience", "target_length", "keywords", "tone", "image_style"],
        ),
    ];
    for (key, kinds, edges, parameters) in shapes {
        let workflow = template(key).workflow;
        let found: Vec<K> = workflow.nodes.iter().map(model::workflow::Node::kind).collect();
        assert_eq!(found, kinds, "{key}");
        assert_eq!(workflow.edges.len(), edges, "{key}");
        for parameter in parameters {
            assert!(workflow.parameter(parameter).is_some(), "{key}: {parameter}");
        }
    }
}

#[test]
fn the_facebook_campaign_preset_makes_ten_copies_and_five_images() {
    let workflow = template("facebook_ads_campaign").workflow;
    let campaign = workflow.preset("campaign").unwrap();

    assert_eq!(campaign.values.get("copies"), Some(&json!(10)));
    assert_eq!(campaign.values.get("images"), Some(&json!(5)));
    let mut parameters = examples(&workflow);
    parameters.extend(campaign.values.clone());
    let complete = validate_parameters(&workflow, &parameters).unwrap();
    let scope = model::expr::Scope::default().with_parameters(complete);
    let body = &workflow.node(&"body".into()).unwrap().data.config;
    assert_eq!(body.quantity(&scope), Ok(10));
}
