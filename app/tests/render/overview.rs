//! Many executions at once as the server renders them.

use app::{
    dashboard::Dashboard,
    executions::{List, ListQuery, Selection, Toolbar},
};
use frame::activity::panel::{ActivityButton, ActivityPanel};
use leptos::prelude::*;
use model::{api::listing::Page, pages::ExecutionRow};

use crate::render::{
    models,
    page::{count, render},
};

#[test]
fn the_dashboard_shows_what_runs_what_waits_and_what_it_cost() {
    let html = render("dashboard", "/", || {
        view! { <Dashboard workspace=models::workspace() page=models::dashboard() /> }
    });

    assert!(html.contains("aria-valuenow=\"62\""));
    assert!(html.contains("Waiting for review"));
    assert!(html.contains("3rd in line; starts when one of 10 active runs finishes or waits"));
    assert!(html.contains("Waiting for review; continues after the decision"));
    assert!(html.contains("OpenAI: rate limit exceeded"));
    assert!(html.contains("1 min 12 s") && html.contains("$0.031 sample"));
    assert!(html.contains("/workflows/executions/"), "{html}");
    assert!(html.contains("Your failed runs"));
    assert!(html.contains("$3.12 of $20.00") && html.contains("95%"), "{html}");
    assert!(html.contains("Plus 2 calls at an unknown price."));
    assert!(html.contains("Workflows you use") && html.contains("9 runs"));
}

/// The history at an address, for a person who may choose executions or not.
fn history(name: &str, query: &str, may: bool, page: Page<ExecutionRow>) -> String {
    let path = format!("/workspace/{}/executions{query}", models::workspace());
    render(name, &path, move || {
        let (workspace, query) = (models::workspace(), ListQuery::from_address());
        let chosen = may.then(Selection::empty);
        view! {
            <Toolbar workspace=workspace query=query choices=models::history_choices() />
            <List workspace=workspace query=query.get_untracked() page=page chosen=chosen />
        }
    })
}

#[test]
fn a_row_of_the_history_says_what_by_whom_how_far_how_long_and_what_it_cost() {
    let html = history("history", "", true, models::history());

    assert_eq!(count(&html, "<tr"), 3);
    assert!(html.contains("Facebook Ads Campaign #130") && html.contains(">Ads<"), "{html}");
    assert!(html.contains("aria-valuenow=\"62\"") && html.contains(">Running<"));
    assert_eq!(count(&html, ">62%<"), 1, "of what failed, how far it was is not said: {html}");
    assert!(html.contains("rate limit exceeded") && html.contains("1 min 12 s"));
    assert!(html.contains("$0.031 sample") && html.contains(">Ada<"));
    assert!(html.contains("Select Facebook Ads Campaign #130"));
    assert!(html.contains("cursor=bmV4dA"), "the next part is a link");
}

#[test]
fn who_may_only_look_chooses_nothing() {
    let html = history("history_viewer", "", false, models::history());

    assert_eq!(count(&html, "type=\"checkbox\""), 0, "{html}");
    assert_eq!(count(&html, "<tr"), 3);
}

#[test]
fn ux_69_the_address_alone_narrows_the_history() {
    let query = "?q=ads&status=failed,running&person=00000000-0000-0000-0000-000000000005\
                 &until=2026-11-20&cursor=x";
    let html = history("history_narrowed", query, true, models::history());

    assert!(html.contains("value=\"ads\"") && html.contains("value=\"2026-11-20\""), "{html}");
    assert!(html.contains("name=\"status\" value=\"failed,running\""));
    let chosen = html.split("<option").find(|option| option.contains(">Ada<")).unwrap();
    assert!(chosen.contains("selected"), "{chosen}");
    assert_eq!(count(&html, "aria-current=\"true\""), 2);
    assert!(html.contains("Latest runs"), "the way back to the beginning");
}

#[test]
fn an_empty_history_says_what_would_fill_it_or_how_to_see_more() {
    let none = || Page { items: vec![], next_cursor: None };

    let new = history("history_empty", "", true, none());
    let narrow = history("history_nothing", "?q=xyz", true, none());

    assert!(new.contains("No runs yet") && new.contains("Browse templates"), "{new}");
    assert!(narrow.contains("No matching runs") && narrow.contains("Show all runs"));
}

#[test]
fn the_panel_is_not_in_the_page_until_it_is_opened() {
    let html = render("under_way", "/", || {
        let open = RwSignal::new(false);
        view! {
            <ActivityButton open=open />
            <ActivityPanel workspace=models::workspace() may_control=true open=open />
        }
    });

    assert!(html.contains("Activity: nothing"), "{html}");
    assert!(!html.contains("role=\"dialog\"") && !html.contains("<dialog"), "{html}");
}
