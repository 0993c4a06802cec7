//! What models cost: seeded from a dated file, editable, looked up when a job settles.

use model::price::Price;
use serde::Deserialize;
use sqlx::PgConnection;

use super::rows::columns;
use crate::error::{Doing, EngineError, Result};

#[derive(Deserialize)]
struct PriceFile {
    as_of: String,
    prices: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    provider: String,
    model: String,
    input: Option<i64>,
    output: Option<i64>,
    image: Option<i64>,
}

/// Puts the release's list prices in; a price that somebody edited stays as it is.
pub async fn seed(conn: &mut PgConnection) -> Result<()> {
    let file: PriceFile = serde_json::from_str(include_str!("../../prices.json"))
        .map_err(|error| EngineError::internal("reading the price file", error))?;
    columns!(&file.prices, |p| {
        providers: p.provider.as_str(),
        models: p.model.as_str(),
        inputs: p.input,
        outputs: p.output,
        images: p.image,
    });
    sqlx::query!(
        "INSERT INTO model_prices (provider, model, input_micros_per_mtok, output_micros_per_mtok,
                                   image_micros, as_of)
         SELECT u.*, $6::text::date
           FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
                AS u (provider, model, input, output, image)
             ON CONFLICT (provider, model) DO UPDATE
            SET input_micros_per_mtok = excluded.input_micros_per_mtok,
                output_micros_per_mtok = excluded.output_micros_per_mtok,
                image_micros = excluded.image_micros,
                as_of = excluded.as_of
          WHERE NOT model_prices.edited",
        &providers as _,
        &models as _,
        &inputs as _,
        &outputs as _,
        &images as _,
        file.as_of
    )
    .execute(conn)
    .await
    .doing("writing list prices")?;
    Ok(())
}

/// A model's price; one that is not listed has none.
pub async fn of_model(conn: &mut PgConnection, provider: &str, model: &str) -> Result<Price> {
    let row = sqlx::query!(
        "SELECT input_micros_per_mtok, output_micros_per_mtok, image_micros
           FROM model_prices
          WHERE provider = $1 AND model = $2",
        provider,
        model
    )
    .fetch_optional(conn)
    .await
    .doing("reading a model's price")?;
    Ok(row.map_or_else(Price::default, |row| Price {
        input_micros_per_mtok: row.input_micros_per_mtok,
        output_micros_per_mtok: row.output_micros_per_mtok,
        image_micros: row.image_micros,
    }))
}
