//! Presets of launch forms over the API.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    api::presets::{LaunchPreset, NewPreset, PresetChange},
    id::{PresetId, TemplateId},
};

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let edit = Access::Needs(Permission::EditPreset);
    let (all, one) =
        ("/workflows/templates/{id}/presets", "/workflows/templates/{id}/presets/{preset}");
    routes
        .mount(read.get(all, "Lists the presets of a template's form, by name."), list)
        .mount(
            edit.post(all, "Saves values of a template's form as a preset.")
                .gives::<LaunchPreset>(StatusCode::CREATED),
            create,
        )
        .mount(
            edit.put(one, "Renames a preset or changes its values; absent fields don't change."),
            change,
        )
        .mount(edit.delete(one, "Deletes a preset.").gives_nothing(), delete)
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(template): Path<TemplateId>,
) -> Result<Answer<List<LaunchPreset>>> {
    Ok(List::answer(services.templates.presets(&actor, template).await?))
}

async fn create(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(template): Path<TemplateId>,
    Json(new): Json<NewPreset>,
) -> Result<Response> {
    let made = services.templates.create_preset(&actor, template, new).await?;
    Ok((StatusCode::CREATED, Answer(made)).into_response())
}

async fn change(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(place): Path<(TemplateId, PresetId)>,
    Json(change): Json<PresetChange>,
) -> Result<Answer<LaunchPreset>> {
    Ok(Answer(services.templates.change_preset(&actor, place.0, place.1, change).await?))
}

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(place): Path<(TemplateId, PresetId)>,
) -> Result<StatusCode> {
    services.templates.delete_preset(&actor, place.0, place.1).await?;
    Ok(StatusCode::NO_CONTENT)
}
