//! A workspace's own access to vendors of models, or to servers like theirs: kept, tried, listed
//! without its key, and forgotten; and whom the workspace chooses to answer.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    id::WorkspaceId,
    problem::Problem,
    provider::{
        AnsweringProvider, ProviderForm, ProviderTrial, ProvidersPage, TrialGoods, field_refused,
    },
    provider_choice::{ProviderChoice, ProviderName, Vendor, choice_fault, choice_refused},
};
use outside::providers::{CapabilityCache, Offer, OwnProvider, Provider, Providers};
use serde_json::json;
use store::{
    audit,
    calls::outages::{self, Endpoint},
    error::{EngineError, Result},
    prices,
    providers::{self, AccessRow, WorkspaceProviders},
};
use vault::secret::Secret;

use super::{ProviderAccess, trial};
use crate::{audit::entry, context::OrNotFound};

impl ProviderAccess {
    /// The access this workspace has, who answers with it, and what that costs.
    pub async fn providers(&self, actor: &Actor) -> Result<ProvidersPage> {
        let mut conn = self
            .ctx
            .connect_as(actor, Permission::ManageProviders, "looking at the providers")
            .await?;
        let known = providers::load(&mut conn, actor.workspace).await?;
        let openai = providers::view(&mut conn, actor.workspace, Vendor::OpenAi).await?;
        let anthropic = providers::view(&mut conn, actor.workspace, Vendor::Anthropic).await?;
        let prices = prices::list(&mut conn, actor.workspace).await?;
        // No connection waits for Ollama's answer.
        drop(conn);
        let offers = self.answering(&known)?.describe().await;
        Ok(ProvidersPage {
            openai,
            anthropic,
            choice: known.choice,
            set_up: offers.set_up,
            text: answers(offers.text),
            image: answers(offers.image),
            prices,
        })
    }

    /// Chooses who writes texts and who makes images where a step names neither a provider nor a
    /// model of its own. It counts from the next call on.
    ///
    /// # Errors
    /// A provider that cannot do what it is chosen for, or that is not set up and was not chosen
    /// before.
    pub async fn choose_providers(&self, actor: &Actor, choice: ProviderChoice) -> Result<()> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageProviders, "choosing providers").await?;
        let choice = choice.checked()?;
        let known = providers::load(&mut conn, actor.workspace).await?;
        // No connection waits for Ollama's answer.
        drop(conn);
        let wanted = self.answering(&known)?.with_choice(choice);
        check_set_up(known.choice, choice, &wanted.describe().await.set_up)?;
        let mut tx = self.ctx.begin("choosing providers").await?;
        providers::save_choice(&mut tx, actor.workspace, choice).await?;
        let line = entry(actor, AuditAction::ProvidersChosen, None);
        audit::append(&mut tx, audit::Entry { detail: json!(choice), ..line }).await?;
        tx.commit().await
    }

    /// Saves access and replaces what was saved before. A form without a key keeps the saved key,
    /// provided that the address stays the same.
    pub async fn set_provider(
        &self,
        actor: &Actor,
        vendor: Vendor,
        form: ProviderForm,
    ) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageProviders, "keeping a provider").await?;
        let form = form.checked(vendor)?;
        let before = providers::lock(&mut tx, actor.workspace, vendor).await?;
        let (mut row, key) = self.merge_form(actor.workspace, vendor, before, form)?;
        let own = self.ctx.deps.connect(&row, None)?;
        if let Some(key) = key {
            let sealed = self.ctx.deps.vault.seal(&row.place(actor.workspace), &key);
            let sealed = sealed.map_err(|error| EngineError::internal("sealing a key", error))?;
            row.sealed = Some(sealed);
        }
        if !providers::save(&mut tx, actor.workspace, actor.user, &row).await? {
            return Err(provider_changed());
        }
        let detail = json!({ "base_url": row.base_url, "has_key": row.sealed.is_some() });
        tx.record_with(actor, AuditAction::ProviderChanged, vendor, detail).await?;
        // Whoever saves it wants it asked anew for what it refused before.
        providers::forget_server(&mut tx, own.base_url()).await?;
        tx.commit().await?;
        self.ctx.deps.providers.capabilities().forget(own.base_url());
        Ok(())
    }

    /// Forgets access: from then on whoever the server was set up with answers. A vendor that is
    /// chosen stays chosen: steps wait until somebody gives access or chooses another.
    pub async fn delete_provider(&self, actor: &Actor, vendor: Vendor) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageProviders, "forgetting a provider").await?;
        providers::delete(&mut tx, actor.workspace, vendor).await?.or_not_found("provider")?;
        tx.record(actor, AuditAction::ProviderDeleted, vendor).await?;
        tx.commit().await
    }

    /// Tries access that need not be saved: asks the provider for a word, for JSON and, where it
    /// makes them, for an image, and reports how each went.
    pub async fn try_provider(
        &self,
        actor: &Actor,
        vendor: Vendor,
        form: ProviderForm,
    ) -> Result<ProviderTrial> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageProviders, "trying a provider").await?;
        let form = form.checked(vendor)?;
        let before = providers::find(&mut conn, actor.workspace, vendor).await?;
        // No connection waits for somebody else's answer.
        drop(conn);
        let (row, key) = self.merge_form(actor.workspace, vendor, before, form)?;
        let own = self.ctx.deps.connect(&row, key)?.for_workspace(actor.workspace);
        // It is asked for everything: it may accept more than it did.
        let learnt = CapabilityCache::default();
        let own = own.with_capabilities(learnt.clone());
        let trial = trial::run(vendor, &own).await;
        self.end_outages(own.as_provider(), &trial).await?;
        if trial.works {
            self.learn_anew(&own, &learnt).await?;
        }
        Ok(trial)
    }

    /// Replaces what was known of a server by what its trial has learnt.
    async fn learn_anew(&self, own: &OwnProvider, learnt: &CapabilityCache) -> Result<()> {
        let mut conn = self.ctx.connect("forgetting what a server accepts").await?;
        providers::forget_server(&mut conn, own.base_url()).await?;
        drop(conn);
        self.ctx.deps.providers.capabilities().replace(own.base_url(), learnt).await;
        Ok(())
    }

    /// Ends the outages of the models that have just answered, and of their address.
    async fn end_outages(&self, provider: &dyn Provider, trial: &ProviderTrial) -> Result<()> {
        let Some(address) = provider.address().filter(|_| trial.works) else { return Ok(()) };
        let mut conn = self.ctx.connect("noting that a provider is back").await?;
        for check in trial.checks.iter().filter(|check| check.works) {
            let model = match check.goods {
                TrialGoods::Text | TrialGoods::Json => provider.text_model(None),
                TrialGoods::Image => provider.image_model(None),
            };
            let endpoint = Endpoint { provider: provider.account(), address, model: &model };
            outages::note_answered(&mut conn, endpoint).await?;
        }
        Ok(())
    }

    /// The providers that answer, as a page tells of them: no key need be opened for that.
    fn answering(&self, known: &WorkspaceProviders) -> Result<Providers> {
        let deps = &self.ctx.deps;
        deps.with_own(known, |row| deps.connect(row, None).map_err(EngineError::from))
    }

    /// The row to save, and its key: the one in the form, else the one saved for the same address.
    ///
    /// # Errors
    /// A form without a key whose address differs from that of the saved key: the key is not sent
    /// to another server.
    fn merge_form(
        &self,
        workspace: WorkspaceId,
        vendor: Vendor,
        before: Option<AccessRow>,
        form: ProviderForm,
    ) -> Result<(AccessRow, Option<Secret>)> {
        let key = match (form.api_key, &before) {
            (Some(key), _) => Some(Secret::new(key)),
            (None, Some(before)) if before.base_url == form.base_url => {
                self.ctx.deps.open_key(workspace, before)?
            }
            (None, Some(before)) if before.sealed.is_some() => return Err(address_changed().into()),
            (None, _) => None,
        };
        if key.is_none() && form.base_url.is_none() {
            let words = format!("Enter the key. {} doesn't answer without one.", vendor.label());
            return Err(field_refused("api_key", words).into());
        }
        let row = AccessRow {
            vendor,
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
        is_set_up: offer.is_set_up,
    }
}

/// Refuses a new choice of a provider that is not set up.
fn check_set_up(
    before: ProviderChoice,
    choice: ProviderChoice,
    set_up: &[ProviderName],
) -> Result<(), Problem> {
    let fields = [("text", before.text, choice.text), ("image", before.image, choice.image)];
    let errors: Vec<_> = fields
        .into_iter()
        .filter(|(_, before, chosen)| before != chosen)
        .filter_map(|(path, _, chosen)| Some((path, chosen?)))
        .filter(|(_, chosen)| !set_up.contains(chosen))
        .map(|(path, chosen)| choice_fault(path, not_set_up(chosen)))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(choice_refused(errors)) }
}

fn not_set_up(name: ProviderName) -> String {
    match name.vendor() {
        Some(_) => format!("{} has no key. Save its key first.", name.label()),
        None => format!("{} wasn't found. Start it on the server's machine first.", name.label()),
    }
}

fn address_changed() -> Problem {
    let words = "Enter the key again. The saved key is only sent to the address it was saved for.";
    field_refused("api_key", words)
}

fn provider_changed() -> EngineError {
    let detail = "Someone else just changed this provider. Reload the page and try again.";
    EngineError::Conflict { code: "provider_changed", detail: detail.to_owned() }
}
