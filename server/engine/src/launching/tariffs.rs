//! What the models cost that a workflow asks for.

use model::{
    estimate::{Asked, Estimate, Goods, Tariff, asked, estimate},
    id::WorkspaceId,
    price::Price,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use crate::{error::Result, providers::Providers, store::prices};

/// The tariff of every model that a workflow asks for, as it would be answered now.
pub async fn tariffs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    providers: &Providers,
    workflow: &Workflow,
) -> Result<Vec<Tariff>> {
    let mut tariffs = vec![];
    for asked in asked(workflow) {
        tariffs.push(tariff(conn, workspace, providers, asked).await?);
    }
    Ok(tariffs)
}

/// What a launch will ask of models and cost; none when it calls no model.
pub async fn estimated(
    conn: &mut PgConnection,
    answering: (WorkspaceId, &Providers),
    workflow: &Workflow,
    parameters: &Map<String, Value>,
) -> Result<Option<Estimate>> {
    let tariffs = tariffs(conn, answering.0, answering.1, workflow).await?;
    Ok((!tariffs.is_empty()).then(|| estimate(workflow, parameters, &tariffs)))
}

async fn tariff(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    providers: &Providers,
    asked: Asked,
) -> Result<Tariff> {
    let name = asked.by_name.as_deref();
    let (provider, model) = match asked.goods {
        Goods::Text | Goods::Score => {
            let provider = providers.text(name).await;
            let model = provider.text_model(name);
            (provider, model)
        }
        Goods::Picture => {
            let provider = providers.image(name);
            let model = provider.image_model(name);
            (provider, model)
        }
    };
    let price = if provider.is_free() {
        Price::FREE
    } else {
        prices::of_model(conn, workspace, provider.name(), &model).await?
    };
    Ok(Tariff { asked, model, price, sample: provider.is_sample() })
}
