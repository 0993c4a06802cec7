//! Budgets: what a workspace, a template in a month and one execution may spend; and prices of models
//! that a workspace enters itself, in the place of their list prices.

use backend::actor::Actor;
use model::{
    access::{Permission, can},
    audit::AuditAction,
    budget::{BudgetForm, BudgetView, Dollars},
    id::{ExecutionId, TemplateId},
    pages::{BudgetList, TemplateBudget},
    price::{Price, name_fault},
    problem::{FieldProblem, Problem},
    provider_choice::Vendor,
};
use serde_json::json;
use store::{
    audit, budgets,
    error::{EngineError, Result},
    executions, prices,
};

use super::ProviderAccess;
use crate::{
    audit::entry,
    context::{OrNotFound, ServiceContext},
    templates::list::load_template,
};

impl ProviderAccess {
    /// Every monthly budget of the workspace, its own first, with what is spent of it.
    pub async fn list_budgets(&self, actor: &Actor) -> Result<Vec<BudgetView>> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageBudgets, "listing budgets").await?;
        budgets::list(&mut conn, actor.workspace).await
    }

    /// The budgets of the workspace and of its templates, with what is spent of each this month.
    pub async fn budget_list(&self, actor: &Actor) -> Result<BudgetList> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageBudgets, "listing budgets").await?;
        let month = executions::load_month_spending(&mut conn, actor.workspace).await?;
        let known = budgets::list(&mut conn, actor.workspace).await?;
        let (mut templates, mut others) = (vec![], vec![]);
        for row in budgets::list_templates(&mut conn, actor.workspace).await? {
            let budget = known.iter().find(|budget| budget.template_id == Some(row.template.id));
            match budget {
                Some(budget) => templates.push(TemplateBudget {
                    template: row.template,
                    monthly_micros: budget.monthly_micros,
                    spent_micros: budget.spent_micros,
                }),
                None if row.is_published => others.push(row.template),
                None => {}
            }
        }
        Ok(BudgetList { month, templates, others })
    }

    /// Sets what the workspace, or one of its templates, may spend in a calendar month (UTC).
    pub async fn set_budget(
        &self,
        actor: &Actor,
        template: Option<TemplateId>,
        form: BudgetForm,
    ) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::ManageBudgets, "setting a budget").await?;
        let micros = micros(form)?;
        if let Some(template) = template {
            load_template(&mut tx, actor.workspace, template).await?;
        }
        budgets::set(&mut tx, actor.workspace, template, micros).await?;
        let subject = template.map(|template| template.to_string());
        let line = entry(actor, AuditAction::BudgetSet, subject).with_detail("micros", micros);
        audit::append(&mut tx, line).await?;
        tx.commit().await
    }

    /// Removes a monthly budget.
    pub async fn clear_budget(&self, actor: &Actor, template: Option<TemplateId>) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::ManageBudgets, "removing a budget").await?;
        budgets::clear(&mut tx, actor.workspace, template).await?.or_not_found("budget")?;
        let subject = template.map(|template| template.to_string());
        audit::append(&mut tx, entry(actor, AuditAction::BudgetRemoved, subject)).await?;
        tx.commit().await
    }
}

/// Refuses a budget of one execution that is too high: more than its definition's holds only
/// for those who may change the definition too.
pub(crate) async fn check_execution_budget(
    ctx: &ServiceContext,
    actor: &Actor,
    execution: ExecutionId,
    asked: Option<u64>,
) -> Result<()> {
    if let Some(asked) = asked {
        micros(BudgetForm { micros: asked })?;
    }
    if can(actor.role, Permission::EditTemplate) {
        return Ok(());
    }
    let mut conn = ctx.connect("reading the budget of a definition").await?;
    let cap = budgets::find_definition_budget(&mut conn, actor.workspace, execution).await?;
    let above = |cap: &u64| asked.is_none_or(|asked| asked > *cap);
    match cap.filter(above) {
        Some(cap) => Err(above_cap(cap).into()),
        None => Ok(()),
    }
}

fn above_cap(cap: u64) -> Problem {
    let cap = Dollars(i64::try_from(cap).unwrap_or(i64::MAX));
    let message = format!(
        "The workflow's budget is {cap}. Enter at most that, or ask an editor of the workflow."
    );
    let error = FieldProblem::field("above_workflow_budget", "budget", message.clone());
    Problem::invalid(message, vec![error])
}

fn micros(form: BudgetForm) -> Result<i64, Problem> {
    i64::try_from(form.micros).map_err(|_| {
        let message = "Enter at most 9,223,372,036,854 dollars.";
        let error = FieldProblem::field("too_large", "micros", message.to_owned());
        Problem::invalid("The budget was not set.", vec![error])
    })
}

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
        let mut tx = self.ctx.change(actor, Permission::ManageProviders, "keeping a price").await?;
        let price = price.checked(model)?;
        prices::upsert(&mut tx, actor.workspace, vendor.as_str(), model, price).await?;
        tx.record_with(actor, AuditAction::PriceSet, model, json!(price)).await?;
        tx.commit().await
    }

    /// Forgets what a model costs: its list price holds again, if there is one.
    ///
    /// # Errors
    /// A model for which the workspace has entered none.
    pub async fn delete_price(&self, actor: &Actor, vendor: Vendor, model: &str) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageProviders, "forgetting a price").await?;
        let is_known = name_fault(model).is_none()
            && prices::delete(&mut tx, actor.workspace, vendor.as_str(), model).await?;
        if !is_known {
            return Err(EngineError::NotFound("price"));
        }
        tx.record(actor, AuditAction::PriceRemoved, model).await?;
        tx.commit().await
    }
}
