//! The first screens a person ever sees.

use std::collections::BTreeMap;

use app::session::{
    set_up::{CodeField, SetUpForm},
    sign_in::SignInForm,
};
use leptos::{prelude::*, server::ServerActionError, server_fn::error::ServerFnUrlError};

use crate::page::{count, render};

#[test]
fn set_up_is_a_plain_form_with_a_label_for_every_field() {
    let html = render("set_up", "/setup", || view! { <SetUpForm code=CodeField::Hidden /> });

    assert!(html.contains("action=\"/api/fn/set_up\""), "{html}");
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

    assert!(html.contains("action=\"/api/fn/sign_in\""));
    assert!(html.contains("name=\"next\" value=\"/workspace/1/documents\""), "{html}");
    assert!(html.contains("autocomplete=\"current-password\""));
    assert!(html.contains("aria-label=\"Show password\""));
}

#[test]
fn a_refused_form_says_so_at_the_top_and_beside_the_field() {
    // What a plain form post leads back to: the problem travels in the address.
    let problem = serde_json::json!({
        "kind": "invalid",
        "code": "invalid",
        "detail": "You are not signed in.",
        "errors": [{"code": "bad_email", "path": "email", "message": "Enter an e-mail address."}],
    });
    let error = app::api::ApiError(serde_json::from_value(problem).unwrap());
    let back = ServerFnUrlError::new("/api/fn/sign_in", error).to_url("http://localhost/").unwrap();
    let carried: BTreeMap<String, String> = back.query_pairs().into_owned().collect();

    let html = render("sign_in_refused", "/sign-in", move || {
        provide_context(ServerActionError::new(&carried["__path"], &carried["__err"]));
        view! { <SignInForm next=String::new() /> }
    });

    assert!(html.contains("You are not signed in."), "{html}");
    assert!(html.contains("id=\"email-error\""));
    assert!(html.contains("aria-invalid=\"true\""));
}
