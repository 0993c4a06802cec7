//! Prices of models that a workspace enters itself, in the place of their list prices.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    price::{Price, name_fault},
    provider_choice::Vendor,
};
use serde_json::json;
use store::{
    audit,
    error::{Doing, EngineError, Result},
    prices,
};

use super::ProviderAccess;
use crate::services::audit::entry;

impl ProviderAccess {
    /// Sets the price of a vendor's model. It counts from the next call on, also in an execution that is
    /// paused because the price was unknown.
    ///
    /// # Errors
    /// A problem that names every field that is wrong.
    pub async fn set_price(
        &self,
        actor: &Actor,
        vendor: Vendor,
        model: &str,
        price: Price,
    ) -> Result<()> {
        actor.require(Permission::ManageProviders)?;
        let price = price.checked(model)?;
        let mut tx = store::begin(&self.context.pool).await.doing("keeping a price")?;
        prices::upsert(&mut tx, actor.workspace, vendor.as_str(), model, price).await?;
        let mut line = entry(actor, AuditAction::PriceSet, Some(model.to_owned()));
        line.detail = json!(price);
        audit::append(&mut tx, line).await?;
        tx.commit().await.doing("keeping a price")
    }

    /// Forgets what a model costs: its list price holds again, if there is one.
    ///
    /// # Errors
    /// A model for which the workspace has entered none.
    pub async fn delete_price(&self, actor: &Actor, vendor: Vendor, model: &str) -> Result<()> {
        actor.require(Permission::ManageProviders)?;
        let mut tx = store::begin(&self.context.pool).await.doing("forgetting a price")?;
        let is_known = name_fault(model).is_none()
            && prices::delete(&mut tx, actor.workspace, vendor.as_str(), model).await?;
        if !is_known {
            return Err(EngineError::NotFound("price"));
        }
        audit::append(&mut tx, entry(actor, AuditAction::PriceRemoved, Some(model.to_owned())))
            .await?;
        tx.commit().await.doing("forgetting a price")
    }
}
