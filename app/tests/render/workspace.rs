//! The pages of a workspace as the server renders them: everything is there without scripts.

use app::{
    documents::{DocumentGrid, Place, Reading},
    gallery::{Gallery, card::TemplateTile, preview::Preview},
};
use launch::LaunchSheet;
use leptos::prelude::*;
use model::{
    api::{documents::DocumentFilter, listing::Page, templates::Disabled},
    pages::{ArchivedRow, DraftRow, GalleryPage, TemplateStats},
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::json;

use crate::render::{
    models,
    page::{count, render},
};

fn gallery(name: &str, query: &str) -> String {
    let path = format!("/workspace/{}/workflows{query}", models::workspace());
    render(name, &path, || {
        let page = GalleryPage { cards: models::cards(), drafts: vec![], archived: vec![] };
        let on_change = Callback::new(|()| ());
        view! { <Gallery workspace=models::workspace() page=page on_change=on_change /> }
    })
}

#[test]
fn a_card_leads_to_the_preview_and_its_button_to_the_form() {
    let html = gallery("gallery", "");

    assert_eq!(count(&html, "<article"), 3);
    assert_eq!(count(&html, "class=\"miniature\""), 3);
    assert!(html.contains("/workflows/00000000-0000-0000-0000-00000000000b\""), "{html}");
    assert!(html.contains("/workflows/00000000-0000-0000-0000-00000000000b/launch\""));
    assert!(html.contains("128 runs · 97% ok · about 1 min 58 s"));
}

#[test]
fn a_template_nobody_ran_promises_no_percentage() {
    let html = gallery("gallery_unused", "?category=email");

    assert!(html.contains("No runs yet"));
    assert!(!html.contains("% ok"), "{html}");
}

#[test]
fn ux_69_the_address_alone_narrows_the_gallery() {
    let html = gallery("gallery_narrowed", "?category=blog&q=social");

    assert_eq!(count(&html, "<article"), 1);
    assert!(html.contains("value=\"social\""), "{html}");
    assert!(html.contains("name=\"category\" value=\"blog\""), "the form forgets the category");
    assert!(html.contains("aria-current=\"true\""));
    assert!(html.contains("sort=name"), "the order is a link");
    assert!(html.contains(">Sort by<"), "{html}");
}

#[test]
fn nothing_found_says_what_was_searched_and_how_to_go_back() {
    let html = gallery("gallery_nothing", "?q=xyz%20%3Cb%3E");

    assert_eq!(count(&html, "<article"), 0);
    assert!(html.contains("No workflow for “xyz &lt;b&gt;”"), "{html}");
    assert!(html.contains("Show all workflows"));
}

#[test]
fn ones_own_workflows_stand_above_the_templates_and_are_launched() {
    let html = render("gallery_own", "/", || {
        let mut cards = models::cards();
        cards[1].is_system = false;
        cards[1].tags = vec!["spring".to_owned()];
        let (id, at) = (cards[0].id, Timestamp(0));
        let drafts = vec![DraftRow { id, name: "Half done".to_owned(), nodes: 2, updated_at: at }];
        let archived = vec![ArchivedRow { id, name: "Old".to_owned(), archived_at: at }];
        let page = GalleryPage { cards, drafts, archived };
        let on_change = Callback::new(|()| ());
        view! { <Gallery workspace=models::workspace() page=page on_change=on_change /> }
    });

    let (own, templates) = html.split_once("id=\"templates-title\"").unwrap();
    assert!(own.contains("Your workflows") && own.contains("Half done"), "{own}");
    assert_eq!((count(own, "<article"), count(templates, "<article")), (1, 2));
    assert!(own.contains("tag=spring") && own.contains("Launch"), "{own}");
    assert!(templates.contains("1 archived workflow"), "{templates}");
}

#[test]
fn a_preview_shows_picture_example_steps_and_figures() {
    let html = render("preview", "/", || {
        let on_change = Callback::new(|()| ());
        view! {
            <Preview workspace=models::workspace() preview=models::preview() on_change=on_change />
        }
    });

    assert_eq!(count(&html, "<h1"), 1);
    assert_eq!(count(&html, "class=\"node__hit\""), 6);
    assert_eq!(count(&html, "class=\"step\""), 6);
    assert!(html.contains("Steps of Facebook Ads Campaign"));
    assert!(html.contains("<em>7:40</em>"), "the example is formatted");
    assert!(html.contains("Fernway is a stainless-steel water bottle"));
    assert!(html.contains("97%") && html.contains("v3"));
    assert!(html.contains("/launch\""));
}

#[test]
fn what_is_switched_off_says_why_and_offers_no_launch() {
    let off = || Disabled {
        reason: "Posts <twice>".to_owned(),
        by: Some("Ada".to_owned()),
        at: Timestamp(0),
    };
    let mut form = models::launch_form(models::workflow("facebook"));
    form.page.template.card.disabled = Some(off());
    let sheet = render("launch_off", "/", move || {
        view! { <LaunchSheet workspace=models::workspace() form=form /> }
    });
    assert!(sheet.contains("Posts &lt;twice&gt;"), "{sheet}");

    let html = render("preview_off", "/", move || {
        let mut preview = models::preview();
        preview.page.card.disabled = Some(off());
        let card = preview.page.card.clone();
        let on_change = Callback::new(|()| ());
        view! {
            <Preview workspace=models::workspace() preview=preview on_change=on_change />
            <TemplateTile workspace=models::workspace() card=card />
        }
    });

    assert!(html.contains("Posts &lt;twice&gt;") && html.contains("Switched off"), "{html}");
    assert!(html.contains("Off: Posts"), "{html}");
    assert!(!html.contains("/launch\""), "{html}");
}

fn launch(name: &str, workflow: Workflow) -> String {
    render(name, "/", move || {
        view! { <LaunchSheet workspace=models::workspace() form=models::launch_form(workflow) /> }
    })
}

#[test]
fn a_launch_form_has_a_field_for_every_parameter_under_its_heading() {
    let html = launch("launch", models::workflow("facebook"));

    for name in ["product_description", "target_audience", "visual_style", "copies", "images"] {
        assert!(html.contains(&format!("for=\"parameter-{name}\"")), "no label for {name}");
    }
    assert_eq!(count(&html, "type=\"range\""), 2);
    assert!(html.contains(">Brief<") && html.contains(">Quantity<"), "{html}");
    assert!(html.contains("/2000") || html.contains(">2000<"), "the long text counts");
    assert!(html.contains("Campaign") && html.contains("Use example"));
    assert!(html.contains("2 texts, 1 image"), "what it makes: {html}");
    assert!(html.contains("SAMPLE"));
}

#[test]
fn a_launch_form_asks_for_the_context_that_steps_read_and_begins_with_the_projects() {
    let mut form = models::launch_form(models::workflow("issue"));
    form.page.projects = serde_json::from_value(json!([{
        "id": "00000000-0000-0000-0000-000000000009", "name": "Shop", "archived": false,
        "documents": 0, "images": 0, "executions": 0,
        "launch_defaults": { "context": { "repo": { "owner": "ada-labs" } } },
    }]))
    .unwrap();

    let html = render("launch_context", "/", move || {
        view! { <LaunchSheet workspace=models::workspace() form=form /> }
    });

    for name in ["owner", "name", "default_branch"] {
        assert!(html.contains(&format!("for=\"context-repo-{name}\"")), "no label for {name}");
    }
    assert!(html.contains("value=\"ada-labs\"") && html.contains("Use example"), "{html}");
    let without = launch("launch_no_context", models::workflow("facebook"));
    assert!(!without.contains("Launch context"));
}

#[test]
fn a_launch_form_says_what_it_will_cost_and_has_a_budget() {
    let html = launch("launch_cost", models::workflow("facebook"));
    let cost = html.split(">Cost<").nth(1).unwrap();
    let time = html.split(">Time<").nth(1).unwrap();

    let cost = &cost[..cost.find("</dd>").unwrap()];
    assert!(
        cost.contains("Free (sample provider)") && cost.contains("price unknown (draw-9)"),
        "{cost}"
    );
    assert!(time[..time.find("</dd>").unwrap()].contains('≈'), "{time}");
    assert!(html.contains("for=\"launch-budget\""));
}

#[test]
fn what_is_not_there_has_no_heading() {
    let preview = render("preview_bare", "/", || {
        let mut preview = models::preview();
        preview.page.card.workflow.parameters.clear();
        preview.example_output = serde_json::from_value(json!("")).unwrap();
        let on_change = Callback::new(|()| ());
        view! { <Preview workspace=models::workspace() preview=preview on_change=on_change /> }
    });
    assert!(!preview.contains(">Example<") && !preview.contains("You enter"), "{preview}");

    let form = render("launch_bare", "/", || {
        let mut form = models::launch_form(Workflow::default());
        form.page.template.card.stats = TemplateStats::default();
        view! { <LaunchSheet workspace=models::workspace() form=form /> }
    });
    assert!(!form.contains("Fill in with") && !form.contains(">Time<"), "{form}");
}

#[test]
fn the_button_waits_until_the_form_is_alive() {
    let html = launch("launch_button", models::workflow("facebook"));

    // The dialogs before it are not shown before they are alive.
    let button = html.rsplit("<button").find(|part| part.contains("type=\"submit\"")).unwrap();
    assert!(button.split('>').next().unwrap().contains("disabled"), "{button}");
}

#[test]
fn every_type_of_parameter_has_a_widget() {
    let kinds = [
        "text",
        "long_text",
        "integer",
        "number",
        "boolean",
        "choice",
        "multi_choice",
        "list",
        "json",
        "document",
        "documents",
        "image",
        "images",
    ];
    let parameters: Vec<_> = kinds
        .iter()
        .map(|kind| json!({ "name": kind, "type": kind, "options": ["a", "b"] }))
        .collect();
    let workflow = serde_json::from_value(json!({ "parameters": parameters })).unwrap();

    let html = launch("launch_widgets", workflow);

    for kind in kinds {
        assert!(html.contains(&format!("id=\"parameter-{kind}\"")), "no widget for {kind}");
    }
    assert!(html.contains("Good water, wherever you are"), "documents to choose from");
}

#[test]
fn documents_show_their_primary_image_or_their_text() {
    let path = format!("/workspace/{}/documents", models::workspace());
    let html = render("documents", &path, || {
        let place = Place::Workspace(models::workspace());
        let page = Page { items: models::documents(), next_cursor: None };
        view! { <DocumentGrid place=place filter=DocumentFilter::default() page=page /> }
    });

    assert_eq!(count(&html, "<article"), 2);
    assert!(html.contains("/thumbnail?side=480"));
    assert!(html.contains("document-tile__paper"));
    assert!(html.contains("3 images") && html.contains("SAMPLE"));
}

#[test]
fn a_document_shows_text_origin_and_images_with_one_star() {
    let html = render("document", "/", || {
        view! { <Reading workspace=models::workspace() reading=models::document() /> }
    });

    assert_eq!(count(&html, "<h1"), 1);
    assert!(html.contains("<p>One bottle, every tap.</p>"));
    assert!(html.contains("by Facebook Ads Campaign #128"), "{html}");
    assert_eq!(count(&html, "title=\"Primary image\""), 1, "{html}");
    assert_eq!(count(&html, "<img"), 3);
    assert_eq!(count(&html, "class=\"picture__away\""), 3, "each can say that it did not come");
    assert!(html.contains("(3/20)"));
}
