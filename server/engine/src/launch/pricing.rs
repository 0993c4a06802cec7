//! Prices of the models that a workflow calls.

use model::{
    estimate::{Estimate, Tariff, estimate, list_model_calls},
    id::WorkspaceId,
    nodes::{CallKind, ModelCall},
    price::Price,
    workflow::Workflow,
};
use outside::providers::Providers;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{error::Result, prices};

/// The tariff of every model that a workflow calls, with the provider that would answer now.
pub async fn load_tariffs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    providers: &Providers,
    workflow: &Workflow,
) -> Result<Vec<Tariff>> {
    let mut tariffs = vec![];
    for call in list_model_calls(workflow) {
        tariffs.push(load_tariff(conn, workspace, providers, call).await?);
    }
    Ok(tariffs)
}

/// The estimated calls and cost of a launch; none when the workflow calls no model.
pub async fn estimate_launch(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    providers: &Providers,
    workflow: &Workflow,
    parameters: &Map<String, Value>,
) -> Result<Option<Estimate>> {
    let tariffs = load_tariffs(conn, workspace, providers, workflow).await?;
    Ok((!tariffs.is_empty()).then(|| estimate(workflow, parameters, &tariffs)))
}

async fn load_tariff(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    providers: &Providers,
    call: ModelCall,
) -> Result<Tariff> {
    let name = call.by_name.as_deref();
    let (provider, model) = match call.kind {
        CallKind::Text | CallKind::Score => {
            let provider = providers.text(name).await;
            let model = provider.text_model(name);
            (provider, model)
        }
        CallKind::Image => {
            let provider = providers.image(name);
            let model = provider.image_model(name);
            (provider, model)
        }
    };
    let price = if provider.is_free() {
        Price::FREE
    } else {
        prices::find_for_model(conn, workspace, provider.name(), &model).await?
    };
    Ok(Tariff { call, model, price, sample: provider.is_sample() })
}
