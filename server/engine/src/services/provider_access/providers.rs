//! A workspace's own access to OpenAI, or to a server like it: kept, tried, listed without its key,
//! and forgotten.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    id::WorkspaceId,
    problem::Problem,
    provider::{AnsweringProvider, ProviderForm, ProviderTrial, ProvidersPage, field_refused},
};
use serde_json::json;

use super::{ProviderAccess, trial};
use crate::{
    error::{Doing, EngineError, Result},
    providers::Offer,
    secret::Secret,
    services::audit::entry,
    store::{
        self, audit, prices,
        providers::{self, AccessRow},
    },
};

impl ProviderAccess {
    /// The access this workspace has, who answers with it, and what that costs.
    pub async fn providers(&self, actor: &Actor) -> Result<ProvidersPage> {
        actor.require(Permission::ManageProviders)?;
        let mut conn = self.context.pool.acquire().await.doing("looking at the providers")?;
        let own = providers::find(&mut conn, actor.workspace).await?;
        let answering = match &own {
            // Its key need not be opened to say who it is for.
            Some(row) => {
                let own = self.context.deps.openai(row, None)?;
                self.context.deps.providers.with_provider(own)
            }
            None => self.context.deps.providers.clone(),
        };
        let offers = answering.describe().await;
        Ok(ProvidersPage {
            openai: providers::view(&mut conn, actor.workspace).await?,
            text: answers(offers.text),
            image: answers(offers.image),
            prices: prices::list(&mut conn, actor.workspace).await?,
        })
    }

    /// Saves access and replaces what was saved before. A form without a key keeps the saved key,
    /// provided that the address stays the same.
    pub async fn set_provider(&self, actor: &Actor, form: ProviderForm) -> Result<()> {
        actor.require(Permission::ManageProviders)?;
        let form = form.checked()?;
        let mut tx = store::begin(&self.context.pool).await.doing("keeping a provider")?;
        let before = providers::lock(&mut tx, actor.workspace).await?;
        let (mut row, key) = self.merge_form(actor.workspace, before, form)?;
        self.context.deps.openai(&row, None)?;
        if let Some(key) = key {
            let sealed = self.context.deps.vault.seal(&row.place(actor.workspace), &key);
            let sealed = sealed.map_err(|error| EngineError::internal("sealing a key", error))?;
            row.sealed = Some(sealed);
        }
        if !providers::save(&mut tx, actor.workspace, actor.user, &row).await? {
            return Err(provider_changed());
        }
        let mut line = entry(actor, AuditAction::ProviderChanged, Some("openai".to_owned()));
        line.detail = json!({ "base_url": row.base_url, "has_key": row.sealed.is_some() });
        audit::append(&mut tx, line).await?;
        tx.commit().await.doing("keeping a provider")
    }

    /// Forgets access: from then on whoever the server was set up with answers.
    pub async fn delete_provider(&self, actor: &Actor) -> Result<()> {
        actor.require(Permission::ManageProviders)?;
        let mut tx = store::begin(&self.context.pool).await.doing("forgetting a provider")?;
        if !providers::delete(&mut tx, actor.workspace).await? {
            return Err(EngineError::NotFound("provider"));
        }
        audit::append(
            &mut tx,
            entry(actor, AuditAction::ProviderDeleted, Some("openai".to_owned())),
        )
        .await?;
        tx.commit().await.doing("forgetting a provider")
    }

    /// Tries access that need not be saved: asks the provider for a word, for JSON and for an
    /// image, and reports how each went.
    pub async fn try_provider(&self, actor: &Actor, form: ProviderForm) -> Result<ProviderTrial> {
        actor.require(Permission::ManageProviders)?;
        let form = form.checked()?;
        let mut conn = self.context.pool.acquire().await.doing("trying a provider")?;
        let before = providers::find(&mut conn, actor.workspace).await?;
        // No connection waits for somebody else's answer.
        drop(conn);
        let (row, key) = self.merge_form(actor.workspace, before, form)?;
        Ok(trial::run(&self.context.deps.openai(&row, key)?).await)
    }

    /// The row to save, and its key: the one in the form, else the one saved for the same address.
    ///
    /// # Errors
    /// A form without a key whose address differs from that of the saved key: the key is not sent
    /// to another server.
    fn merge_form(
        &self,
        workspace: WorkspaceId,
        before: Option<AccessRow>,
        form: ProviderForm,
    ) -> Result<(AccessRow, Option<Secret>)> {
        let key = match (form.api_key, &before) {
            (Some(key), _) => Some(Secret::new(key)),
            (None, Some(before)) if before.base_url == form.base_url => {
                self.context.deps.open_key(workspace, before)?
            }
            (None, Some(before)) if before.sealed.is_some() => return Err(address_changed().into()),
            (None, _) => None,
        };
        if key.is_none() && form.base_url.is_none() {
            return Err(
                field_refused("api_key", "Enter the key: OpenAI answers nobody without.").into()
            );
        }
        let row = AccessRow {
            version: before.map_or(1, |before| before.version + 1),
            base_url: form.base_url,
            sealed: None,
            text_model: form.text_model,
            image_model: form.image_model,
            pace: form.pace,
        };
        Ok((row, key))
    }
}

fn answers(offer: Offer) -> AnsweringProvider {
    AnsweringProvider {
        label: offer.label,
        model: offer.model,
        host: offer.host,
        is_sample: offer.is_sample,
    }
}

fn address_changed() -> Problem {
    let words = "Enter the key again: the saved one was saved for another address and is not sent to this one.";
    field_refused("api_key", words)
}

fn provider_changed() -> EngineError {
    let detail = "Somebody else has just changed this provider. Look at it, then try again.";
    EngineError::Conflict { code: "provider_changed", detail: detail.to_owned() }
}
