//! What models cost: list prices from a dated file, and what a workspace enters instead; looked up
//! before a call and when it is answered.

use model::{
    id::WorkspaceId,
    price::{Price, PriceView},
};
use serde::Deserialize;
use sqlx::PgConnection;

use crate::{
    Fetch, Statement,
    error::{EngineError, Result},
    rows::columns,
    timestamp,
};

#[derive(Deserialize)]
struct PriceFile {
    as_of: String,
    prices: Vec<ListPrice>,
}

#[derive(Deserialize)]
struct ListPrice {
    provider: String,
    model: String,
    input: Option<i64>,
    cached_input: Option<i64>,
    output: Option<i64>,
    image: Option<i64>,
}

/// Writes the list prices of this release; a price that somebody edited stays as it is.
pub async fn seed(conn: &mut PgConnection) -> Result<()> {
    let file: PriceFile = serde_json::from_str(include_str!("../prices.json"))
        .map_err(|error| EngineError::internal("reading the price file", error))?;
    columns!(&file.prices, |p| {
        providers: p.provider.as_str(),
        models: p.model.as_str(),
        inputs: p.input,
        cached: p.cached_input,
        outputs: p.output,
        images: p.image,
    });
    sqlx::query!(
        "INSERT INTO model_prices (provider, model, input_micros_per_mtok, output_micros_per_mtok,
                                   image_micros, cached_input_micros_per_mtok, as_of)
         SELECT u.*, $7::text::date
           FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[],
                       $6::bigint[])
                AS u (provider, model, input, output, image, cached)
             ON CONFLICT (provider, model) DO UPDATE
            SET input_micros_per_mtok = excluded.input_micros_per_mtok,
                output_micros_per_mtok = excluded.output_micros_per_mtok,
                image_micros = excluded.image_micros,
                cached_input_micros_per_mtok = excluded.cached_input_micros_per_mtok,
                as_of = excluded.as_of
          WHERE NOT model_prices.edited",
        &providers as _,
        &models as _,
        &inputs as _,
        &outputs as _,
        &images as _,
        &cached as _,
        file.as_of
    )
    .run(conn, "writing list prices")
    .await
}

/// What a model costs a workspace: the price that it entered, else the list price; all fields none
/// if neither is known.
pub async fn find_for_model(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    provider: &str,
    model: &str,
) -> Result<Price> {
    let row = sqlx::query_as!(
        Price,
        "SELECT input_micros_per_mtok, cached_input_micros_per_mtok, output_micros_per_mtok,
                image_micros
           FROM (SELECT 1 AS rank, input_micros_per_mtok, cached_input_micros_per_mtok,
                        output_micros_per_mtok, image_micros
                   FROM workspace_prices
                  WHERE workspace_id = $1 AND provider = $2 AND model = $3
                  UNION ALL
                 SELECT 2, input_micros_per_mtok, cached_input_micros_per_mtok,
                        output_micros_per_mtok, image_micros
                   FROM model_prices
                  WHERE provider = $2 AND model = $3) known
          ORDER BY rank
          LIMIT 1",
        workspace.0,
        provider,
        model
    )
    .optional(conn, "reading a model's price")
    .await?;
    Ok(row.unwrap_or_default())
}

/// The workspace's own prices, then the list prices that hold beside them.
pub async fn list(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<PriceView>> {
    let rows = sqlx::query!(
        r#"SELECT provider AS "provider!", model AS "model!", input_micros_per_mtok,
                  cached_input_micros_per_mtok, output_micros_per_mtok, image_micros, changed_at
             FROM (SELECT provider, model, input_micros_per_mtok, cached_input_micros_per_mtok,
                          output_micros_per_mtok, image_micros, changed_at
                     FROM workspace_prices
                    WHERE workspace_id = $1
                    UNION ALL
                   SELECT provider, model, input_micros_per_mtok, cached_input_micros_per_mtok,
                          output_micros_per_mtok, image_micros, NULL
                     FROM model_prices l
                    WHERE NOT EXISTS (SELECT FROM workspace_prices o
                                       WHERE o.workspace_id = $1 AND o.provider = l.provider
                                         AND o.model = l.model)) known
            ORDER BY changed_at IS NULL, provider, model"#,
        workspace.0
    )
    .all(conn, "listing prices")
    .await?;
    let view = rows.into_iter().map(|row| PriceView {
        provider: row.provider,
        model: row.model,
        price: Price {
            input_micros_per_mtok: row.input_micros_per_mtok,
            cached_input_micros_per_mtok: row.cached_input_micros_per_mtok,
            output_micros_per_mtok: row.output_micros_per_mtok,
            image_micros: row.image_micros,
        },
        changed_at: row.changed_at.map(timestamp),
    });
    Ok(view.collect())
}

/// Sets the workspace's own price of a model, replacing the one before.
pub async fn upsert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    provider: &str,
    model: &str,
    price: Price,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO workspace_prices (workspace_id, provider, model, input_micros_per_mtok,
                                       output_micros_per_mtok, image_micros,
                                       cached_input_micros_per_mtok)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (workspace_id, provider, model) DO UPDATE
            SET input_micros_per_mtok = excluded.input_micros_per_mtok,
                output_micros_per_mtok = excluded.output_micros_per_mtok,
                image_micros = excluded.image_micros,
                cached_input_micros_per_mtok = excluded.cached_input_micros_per_mtok,
                changed_at = excluded.changed_at",
        workspace.0,
        provider,
        model,
        price.input_micros_per_mtok,
        price.output_micros_per_mtok,
        price.image_micros,
        price.cached_input_micros_per_mtok
    )
    .run(conn, "keeping a price")
    .await
}

/// Deletes the workspace's own price of a model; false when there is none.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    provider: &str,
    model: &str,
) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM workspace_prices WHERE workspace_id = $1 AND provider = $2 AND model = $3",
        workspace.0,
        provider,
        model
    )
    .changed(conn, "forgetting a price")
    .await
}
