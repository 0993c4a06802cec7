//! The question before a test run.

use leptos::{prelude::*, task::spawn_local};
use model::{execution::part::Part, pages::TestPage, problem::Problem};

use super::form::TestForm;
use crate::{
    api::builder::load_test_page,
    editor::store::Editor,
    ui::{
        dialog::{Dialog, DialogSize},
        failure::ErrorCard,
        skeleton::{Skeleton, SkeletonShape},
    },
};

/// What the dialog shows.
#[derive(Clone)]
enum Asked {
    /// It is being loaded.
    Loading,
    /// It can be filled in.
    Ready(Box<TestPage>, Part),
    /// It could not be loaded.
    Failed(Problem),
}

/// Asks for parameters and inputs once somebody wants a test run, and starts it.
#[component]
pub fn TestDialog(
    /// The document.
    editor: Editor,
    /// Keeps the draft, then goes on.
    keep: Callback<Callback<()>>,
) -> impl IntoView {
    let testing = editor.testing;
    let (open, asked) = (RwSignal::new(false), RwSignal::new(None::<Asked>));
    let wanted = StoredValue::new(Part::Whole);
    let load = Callback::new(move |()| {
        let part = wanted.get_value();
        asked.set(Some(Asked::Loading));
        open.set(true);
        spawn_local(async move {
            let answer = match load_test_page(editor.template).await {
                Ok(page) => Asked::Ready(Box::new(page), part),
                Err(error) => Asked::Failed(error.0),
            };
            asked.try_set(Some(answer));
        });
    });
    Effect::new(move || {
        if let Some(part) = testing.asked.get() {
            testing.asked.set(None);
            wanted.set_value(part);
            keep.run(load);
        }
    });
    Effect::new(move || {
        if !open.get() {
            asked.set(None);
        }
    });
    let body = move || match asked.get() {
        None => ().into_any(),
        Some(Asked::Loading) => {
            view! { <Skeleton shape=SkeletonShape::Lines count=4 /> }.into_any()
        }
        Some(Asked::Ready(page, part)) => {
            view! { <TestForm editor=editor page=*page part=part open=open /> }.into_any()
        }
        Some(Asked::Failed(problem)) => {
            view! { <ErrorCard title="The test run could not be prepared" problem=problem /> }
                .into_any()
        }
    };
    view! {
        <Dialog id="test-run" title="Test run" open=open size=DialogSize::Wide>
            {body}
        </Dialog>
    }
    .into_any()
}
