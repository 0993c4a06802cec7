//! Budgets: what a workspace, a template in a month and one execution may spend.

use backend::actor::Actor;
use model::{
    access::{Permission, can},
    audit::AuditAction,
    budget::{BudgetForm, BudgetView, Dollars},
    id::{ExecutionId, TemplateId},
    pages::{BudgetList, TemplateBudget},
    problem::{FieldProblem, Problem},
};
use serde_json::json;
use store::{
    audit, budgets,
    error::{Doing, EngineError, Result},
    executions,
};

use super::ProviderAccess;
use crate::services::{audit::entry, context::ServiceContext, templates::gallery::load_template};

impl ProviderAccess {
    /// Every monthly budget of the workspace, its own first, with what is spent of it.
    pub async fn list_budgets(&self, actor: &Actor) -> Result<Vec<BudgetView>> {
        actor.require(Permission::ManageBudgets)?;
        let mut conn = self.context.pool.acquire().await.doing("listing budgets")?;
        budgets::list(&mut conn, actor.workspace).await
    }

    /// The budgets of the workspace and of its templates, with what is spent of each this month.
    pub async fn budget_list(&self, actor: &Actor) -> Result<BudgetList> {
        actor.require(Permission::ManageBudgets)?;
        let mut conn = self.context.pool.acquire().await.doing("listing budgets")?;
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
        actor.require(Permission::ManageBudgets)?;
        let micros = micros(form)?;
        let mut tx = store::begin(&self.context.pool).await.doing("setting a budget")?;
        if let Some(template) = template {
            load_template(&mut tx, actor.workspace, template).await?;
        }
        budgets::set(&mut tx, actor.workspace, template, micros).await?;
        let subject = template.map(|template| template.to_string());
        note(&mut tx, actor, AuditAction::BudgetSet, subject, json!({ "micros": micros })).await?;
        tx.commit().await.doing("setting a budget")
    }

    /// Removes a monthly budget.
    pub async fn clear_budget(&self, actor: &Actor, template: Option<TemplateId>) -> Result<()> {
        actor.require(Permission::ManageBudgets)?;
        let mut tx = store::begin(&self.context.pool).await.doing("removing a budget")?;
        if !budgets::clear(&mut tx, actor.workspace, template).await? {
            return Err(EngineError::NotFound("budget"));
        }
        let subject = template.map(|template| template.to_string());
        note(&mut tx, actor, AuditAction::BudgetRemoved, subject, json!({})).await?;
        tx.commit().await.doing("removing a budget")
    }
}

/// Refuses a budget of one execution that is too high: more than its definition's holds only
/// for those who may change the definition too.
pub(in crate::services) async fn check_execution_budget(
    context: &ServiceContext,
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
    let mut conn = context.pool.acquire().await.doing("reading the budget of a definition")?;
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

async fn note(
    tx: &mut sqlx::PgConnection,
    actor: &Actor,
    action: AuditAction,
    subject: Option<String>,
    detail: serde_json::Value,
) -> Result<()> {
    audit::append(tx, audit::Entry { detail, ..entry(actor, action, subject) }).await
}
