//! The monitor as the server sends it, from fixed pages: useful without scripts.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{components::Router, location::RequestUrl};
use model::{
    execution::event::{ArtifactBody, EXCERPT_CHARS},
    external_ref::{ExternalRef, ExternalRefKind},
    pages::MonitorPage,
};
use serde_json::json;

use super::{page::Monitor, sample};

fn html(page: MonitorPage) -> String {
    Owner::new().with(|| {
        provide_meta_context();
        provide_context(RequestUrl::new("/"));
        view! {
            <Router>
                <Monitor page=page />
            </Router>
        }
        .to_html()
    })
}

fn assert_holds(html: &str, pieces: &[&str]) {
    for piece in pieces {
        assert!(html.contains(piece), "{piece:?} is not in the page:\n{html}");
    }
}

fn tag<'a>(html: &'a str, attribute: &str) -> &'a str {
    let at = html.find(attribute).unwrap_or(0);
    let from = html[..at].rfind('<').unwrap_or(0);
    html[from..].split('>').next().unwrap_or_default()
}

#[test]
fn ux_54_a_running_execution_shows_states_words_and_text_before_any_script() {
    let html = html(sample::running());

    assert_holds(
        &html,
        &[
            "Facebook Ads Campaign",
            "<h1",
            "role=\"progressbar\"",
            "Steam, light and a quiet",
            "$0.031",
            "monitor-bill__prices",
            "00:12",
            "Time left",
            "Pause",
            "Stop",
            "aria-live=\"polite\"",
            "Headline 1",
        ],
    );
    let monitor = tag(&html, "class=\"monitor\"");
    assert!(monitor.contains("data-state=\"running\"") && monitor.contains("data-room=\"graph\""));
    assert!(!html.contains("Go to failed step") && !html.contains(">Resume<"));
}

#[test]
fn a_text_whose_beginning_is_known_offers_all_of_it() {
    let mut page = sample::completed();
    for node in page.view.nodes.iter_mut().filter(|node| node.id.as_str() == "copy") {
        for artifact in node.artifacts.iter_mut().take(1) {
            artifact.body = ArtifactBody::Text { excerpt: "word ".repeat(EXCERPT_CHARS / 5) };
        }
    }
    let short = html(sample::completed());

    let html = html(page);

    assert!(tag(&html, "data-state=\"beginning\"").contains("made-text"));
    assert!(html.contains("Show all") && !short.contains("Show all"));
}

#[test]
fn a_failed_execution_names_the_step_and_offers_to_retry_it() {
    let html = html(sample::failed());

    assert_holds(
        &html,
        &[
            "Make creatives: Sample: rate limit exceeded",
            "Go to failed step",
            "This step failed",
            "Retry",
            "data-state=\"failed\"",
        ],
    );
    assert_eq!(html.matches("rate limit exceeded").count(), 1, "it is said once");
    assert!(!html.contains(">Pause<"));
}

#[test]
fn a_completed_execution_shows_what_was_made_and_asks_nothing() {
    let html = html(sample::completed());

    assert_holds(
        &html,
        &["aria-valuenow=\"100\"", "thumbnail?side=", "SAMPLE", "Warm kitchens.", "$0.042"],
    );
    assert!(!html.contains(">Pause<") && !html.contains(">Retry<"));
    assert!(!html.contains("Time left"));
    assert!(tag(&html, "class=\"monitor\"").contains("data-room=\"results\""));
}

#[test]
fn a_step_that_gave_values_only_is_not_said_to_have_made_nothing() {
    let mut page = sample::completed();
    page.view.documents.clear();
    page.view.nodes.iter_mut().for_each(|node| node.artifacts.clear());

    let html = html(page);

    assert_holds(&html, &["panel-head__title\">Attach to copy", "skeleton"]);
    assert!(!html.contains("This step has no visible output."));
    assert!(!html.contains("The values of the launch"));
}

#[test]
fn what_went_along_at_the_launch_is_shown_and_opens() {
    let photo = "0193bbbb-0000-7000-8000-000000000060";
    let value = json!({"image_id": photo, "width": 8, "height": 8, "media_type": "image/png"});
    let mut page = MonitorPage { brought: sample::brought_along(), ..sample::running() };
    page.parameters.insert("photo".to_owned(), value);
    let [picture, text] = &page.brought.files[..] else { panic!("{:?}", page.brought) };
    let at = format!("/api/v1/workflows/executions/{}/files", page.id);
    let (picture, text) = (format!("{at}/{}", picture.id), format!("{at}/{}", text.id));

    let html = html(page);

    assert_holds(&html, &["House style", "kettle.png", "notes.txt", "2 KB"]);
    assert_holds(&html, &[&format!("src=\"{picture}/thumbnail?side=96\"")]);
    assert!(tag(&html, &format!("href=\"{picture}\"")).contains("target=\"_blank\""));
    assert!(tag(&html, &format!("href=\"{text}\"")).contains("download"));
    assert_holds(&html, &[&format!("/api/v1/images/{photo}/thumbnail")]);
    assert!(!html.contains("image_id"), "a picture is no data");
}

#[test]
fn what_is_linked_elsewhere_opens_there_and_an_odd_address_is_no_link() {
    let reference = |kind, id: &str, address: &str| ExternalRef {
        kind,
        id: id.to_owned(),
        address: Some(address.to_owned()),
    };
    let external_refs = vec![
        reference(ExternalRefKind::Issue, "shop#42", "https://git.example/shop/42"),
        reference(ExternalRefKind::Commit, "<b>9fceb02", "javascript:alert(1)"),
    ];

    let html = html(MonitorPage { external_refs, ..sample::running() });

    let link = tag(&html, "href=\"https://git.example/shop/42\"");
    assert!(link.contains("noopener") && link.contains("target=\"_blank\""), "{link}");
    assert_holds(&html, &["Issue shop#42", "Commit &lt;b&gt;9fceb02"]);
    assert!(!html.contains("javascript:alert"));
}

#[test]
fn who_may_only_look_gets_no_buttons() {
    let html = html(MonitorPage { may_control: false, ..sample::running() });

    assert!(!html.contains(">Pause<") && !html.contains("id=\"stop-execution-\""));
}

#[test]
fn the_same_page_renders_the_same_html() {
    assert_eq!(html(sample::running()), html(sample::running()));
}

#[test]
fn a_call_that_may_have_been_carried_out_is_asked_about_with_what_was_sent() {
    let page = sample::with_question();
    let page_html = html(page.clone());

    assert_holds(
        &page_html,
        &[
            "1 call may have gone through",
            "Did this call go through?",
            "POST https://api.example.com/orders",
            "Call again",
            "Mark as done",
            "cost isn't known",
        ],
    );
    let looking = html(MonitorPage { may_control: false, ..page });
    assert!(!looking.contains("Mark as done"));
    assert_holds(&looking, &["Did this call go through?", "Anyone who can launch runs"]);
}
