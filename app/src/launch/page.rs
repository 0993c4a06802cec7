//! The page of the launch form.

use leptos::prelude::*;
use model::id::TemplateId;

use super::sheet::LaunchSheet;
use crate::{
    api::templates::{LaunchForm, load_launch_form},
    layout::{
        address::{required, use_id},
        loaded::{Loaded, load_once},
        session::use_session,
    },
};

/// The launch form of the template in the address.
#[component]
pub fn LaunchRoute() -> impl IntoView {
    let id = use_id::<TemplateId>("template");
    let load = |id: Option<TemplateId>| async move { load_launch_form(required(id)?).await };
    let form = load_once(move || id.get(), load);
    let workspace = use_session().map(|session| session.workspace());
    let show = move |form: LaunchForm| {
        workspace
            .map(|workspace| view! { <LaunchSheet workspace=workspace form=form /> })
            .into_any()
    };
    view! {
        <div class="page launch">
            <Loaded page=form failure="The launch form could not be loaded" count=8 show=show />
        </div>
    }
}
