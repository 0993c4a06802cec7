//! OAuth with servers of tools: what Atelier says of itself as a client, and where browsers come back to.

use axum::{
    Json as Answer,
    extract::{RawQuery, State},
    response::Response,
};
use serde_json::Value;
use services::Services;

use super::{
    oidc::{lead_to, read_answer},
    routes::{Access, Routes},
};
use crate::{auth::caller::Visit, error::Result};

pub(super) fn mount(routes: Routes) -> Routes {
    routes
        .mount(
            Access::Public.get(
                "/oauth/client.json",
                "Describes Atelier as an OAuth client of tool servers, for their sign-in servers.",
            ),
            client,
        )
        .mount(
            Access::Public
                .get(
                    "/oauth/callback",
                    "Completes an admin's sign-in to a tool server: its sign-in server redirects \
                     the browser here.",
                )
                .leads_on(),
            callback,
        )
}

async fn client(State(services): State<Services>) -> Result<Answer<Value>> {
    Ok(Answer(services.tools.oauth_client()))
}

async fn callback(
    State(services): State<Services>,
    Visit(ctx): Visit,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let Some(actor) = ctx.actor else { return lead_to("/sign-in", vec![]) };
    let answer = read_answer(query.as_deref().unwrap_or_default());
    let page = format!("/workspace/{}/settings/tools", actor.workspace);
    match services.tools.finish_connect(&actor, answer).await {
        Ok(()) => lead_to(&page, vec![]),
        Err(error) => {
            let problem = error.into_problem();
            tracing::warn!(code = problem.code, "a sign-in to a tool server did not come back");
            lead_to(&format!("{page}?sign_in=over"), vec![])
        }
    }
}
