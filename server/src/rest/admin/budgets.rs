//! Budgets over the API.

use axum::{Json as Answer, extract::State, http::StatusCode};
use model::{
    access::Permission,
    budget::{BudgetForm, BudgetView},
    id::TemplateId,
};
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
    rest::{
        listing::List,
        routes::{Access, Routes},
    },
};

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageBudgets);
    let one = "/budgets/templates/{id}";
    routes
        .mount(admin.get("/budgets", "Lists monthly budgets and how much of each is spent."), list)
        .mount(admin.put("/budgets/workspace", "Sets the workspace's monthly budget."), set)
        .mount(admin.delete("/budgets/workspace", "Removes the workspace's monthly budget."), clear)
        .mount(admin.put(one, "Sets a template's monthly budget."), set_template)
        .mount(admin.delete(one, "Removes a template's monthly budget."), clear_template)
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<BudgetView>>> {
    Ok(List::answer(services.provider_access.list_budgets(&actor).await?))
}

async fn set(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<BudgetForm>,
) -> Result<StatusCode> {
    services.provider_access.set_budget(&actor, None, form).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn clear(State(services): State<Services>, Caller(actor): Caller) -> Result<StatusCode> {
    services.provider_access.clear_budget(&actor, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_template(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
    Json(form): Json<BudgetForm>,
) -> Result<StatusCode> {
    services.provider_access.set_budget(&actor, Some(id), form).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_template(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TemplateId>,
) -> Result<StatusCode> {
    services.provider_access.clear_budget(&actor, Some(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
