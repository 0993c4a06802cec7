//! Ids in the address of a page.

use std::str::FromStr;

use api::ApiError;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::problem::Problem;

/// The id in the route parameter `name`; none when the parameter is no such id.
pub fn use_id<I: FromStr + PartialEq + Send + Sync + 'static>(
    name: &'static str,
) -> Memo<Option<I>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str(name)?.parse().ok()))
}

/// The id, or the problem that there is no such page.
pub fn required<I>(id: Option<I>) -> Result<I, ApiError> {
    id.ok_or_else(|| ApiError(Problem::not_found("page")))
}
