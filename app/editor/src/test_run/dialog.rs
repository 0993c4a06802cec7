//! The dialog before a test run.

use api::builder::load_test_page;
use leptos::{prelude::*, task::spawn_local};
use model::{execution::run_scope::RunScope, pages::TestPage, problem::Problem};
use ui::{
    dialog::{Dialog, DialogSize},
    failure::ErrorCard,
    skeleton::{Skeleton, SkeletonShape},
};

use super::form::TestForm;
use crate::store::Editor;

/// What the dialog shows.
#[derive(Clone)]
enum DialogContent {
    /// The form is being loaded.
    Loading,
    /// The form can be filled in; the scope is preselected.
    Ready(Box<TestPage>, RunScope),
    /// The form could not be loaded.
    Failed(Problem),
}

/// Asks for the scope and the parameters once a test run is requested, and starts it.
#[component]
pub fn TestDialog(
    /// The editor whose draft is tested.
    editor: Editor,
    /// Saves the draft and then runs the callback.
    keep: Callback<Callback<()>>,
) -> impl IntoView {
    let test_run = editor.test_run;
    let (open, content) = (RwSignal::new(false), RwSignal::new(None::<DialogContent>));
    let wanted = StoredValue::new(RunScope::Whole);
    let load = Callback::new(move |()| {
        let part = wanted.get_value();
        content.set(Some(DialogContent::Loading));
        open.set(true);
        spawn_local(async move {
            let answer = match load_test_page(editor.document.template).await {
                Ok(page) => DialogContent::Ready(Box::new(page), part),
                Err(error) => DialogContent::Failed(error.0),
            };
            content.try_set(Some(answer));
        });
    });
    Effect::new(move || {
        if let Some(part) = test_run.requested.get() {
            test_run.requested.set(None);
            // Whoever tests wants to know what is wrong.
            untrack(|| editor.reveal_issues());
            wanted.set_value(part);
            keep.run(load);
        }
    });
    Effect::new(move || {
        if !open.get() {
            content.set(None);
        }
    });
    let body = move || match content.get() {
        None => ().into_any(),
        Some(DialogContent::Loading) => {
            view! { <Skeleton shape=SkeletonShape::Lines count=4 /> }.into_any()
        }
        Some(DialogContent::Ready(page, part)) => {
            view! { <TestForm editor=editor page=*page part=part open=open /> }.into_any()
        }
        Some(DialogContent::Failed(problem)) => {
            view! { <ErrorCard title="Couldn't prepare the test run" problem=problem /> }.into_any()
        }
    };
    view! {
        <Dialog id="test-run" title="Test run" open=open size=DialogSize::Wide>
            {body}
        </Dialog>
    }
    .into_any()
}
