//! The first screens a person ever sees.

use std::collections::BTreeMap;

use app::session::{
    set_up::{CodeField, SetUpForm},
    sign_in::SignInForm,
};
use leptos::{prelude::*, server::ServerActionError, server_fn::error::ServerFnUrlError};

use crate::render::page::{count, render};

#[test]
fn set_up_has_a_label_for_every_field_and_never_puts_one_into_the_address() {
    let html = render("set_up", "/setup", || view! { <SetUpForm code=CodeField::Hidden /> });

    assert!(html.contains("method=\"post\""));
    for field in ["name", "email", "password", "workspace"] {
        assert!(html.contains(&format!("for=\"{field}\"")), "no label for {field}");
        assert!(html.contains(&format!("name=\"{field}\"")), "no field {field}");
    }
    assert_eq!(count(&html, "<h1>"), 1);
    assert_eq!(count(&html, "<main"), 1);
    assert!(html.contains("autocomplete=\"new-password\""));
    assert!(!html.contains("name=\"code\""));
}

#[test]
fn set_up_from_elsewhere_asks_for_the_code_of_the_log() {
    let html = render("set_up_code", "/setup", || view! { <SetUpForm code=CodeField::Shown /> });

    assert!(html.contains("name=\"code\""));
    assert!(html.contains("aria-describedby=\"code-help\""));
}

#[test]
fn sign_in_carries_the_way_back_and_ties_help_to_its_fields() {
    let next = "/workspace/1/documents".to_owned();
    let html = render("sign_in", "/sign-in", || view! { <SignInForm next=next /> });

    assert!(html.contains("name=\"next\" value=\"/workspace/1/documents\""), "{html}");
    assert!(html.contains("autocomplete=\"current-password\""));
    assert!(html.contains("aria-label=\"Show password\""));
}

#[test]
fn a_form_cannot_be_sent_before_the_page_is_alive() {
    let html = render("waking", "/sign-in", || view! { <SignInForm next=String::new() /> });

    let button = html.split("type=\"submit\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(button.contains("disabled"), "{button}");
    assert!(html.contains("Atelier needs JavaScript."));
}

#[test]
fn a_refusal_is_said_at_the_top_and_beside_its_field() {
    let problem = serde_json::json!({
        "kind": "invalid",
        "code": "invalid",
        "detail": "You are not signed in.",
        "errors": [{"code": "bad_email", "path": "email", "message": "Enter an e-mail address."}],
    });
    let error = api::ApiError(serde_json::from_value(problem).unwrap());
    let carried = ServerFnUrlError::new("/api/fn/sign_in", error);
    let carried = carried.to_url("http://localhost/").unwrap();
    let carried: BTreeMap<String, String> = carried.query_pairs().into_owned().collect();

    let html = render("refused", "/sign-in", move || {
        provide_context(ServerActionError::new(&carried["__path"], &carried["__err"]));
        view! { <SignInForm next=String::new() /> }
    });

    assert!(html.contains("You are not signed in."), "{html}");
    assert!(html.contains("id=\"email-error\""));
    assert!(html.contains("aria-invalid=\"true\""));
}
