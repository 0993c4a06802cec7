//! The page of the launch form.

use api::templates::{LaunchForm, load_draft_launch_form, load_launch_form};
use frame::layout::{
    address::{required, use_id},
    page_resource::{ResourceView, load_once},
    session::use_session,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::id::{ExecutionId, ProjectId, TemplateId};
use web::routes::{AGAIN, DRAFT, PROJECT};

use super::sheet::LaunchSheet;

/// The launch form of the template in the address.
#[component]
pub fn LaunchRoute() -> impl IntoView {
    let id = use_id::<TemplateId>("template");
    let query = use_query_map();
    let draft = Memo::new(move |_| query.with(|query| query.get(DRAFT).is_some()));
    let again = Memo::new(move |_| {
        let named = query.with(|query| query.get(AGAIN));
        named.and_then(|id| id.parse::<ExecutionId>().ok())
    });
    let load = |(id, draft, again): (Option<TemplateId>, bool, Option<ExecutionId>)| async move {
        if draft {
            load_draft_launch_form(required(id)?, again).await
        } else {
            load_launch_form(required(id)?, again).await
        }
    };
    let form = load_once(move || (id.get(), draft.get(), again.get()), load);
    let workspace = use_session().map(|session| session.workspace());
    let show = move |form: LaunchForm| {
        let named = query.with_untracked(|query| query.get(PROJECT));
        let project = named.and_then(|id| id.parse::<ProjectId>().ok());
        workspace
            .map(
                |workspace| view! { <LaunchSheet workspace=workspace form=form project=project /> },
            )
            .into_any()
    };
    view! {
        <div class="page launch">
            <ResourceView page=form failure="Couldn't load launch form" count=8 show=show />
        </div>
    }
}
