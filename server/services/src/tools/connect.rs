//! Signing in to servers of tools: an admin leaves for a server's authorization server, and comes back
//! with what lets Atelier in.

use backend::actor::{Actor, Credential};
use model::{
    access::Permission,
    audit::AuditAction,
    id::{McpServerId, WorkspaceId},
    mcp::auth::{AuthMethod, connect_words},
    pages::Control,
    problem::Problem,
};
use outside::{
    mcp::oauth::{Grant, OurAddresses, PendingSignIn, SignInAnswer},
    oidc::OidcAnswer,
};
use serde_json::{Value, json};
use store::{
    error::{EngineError, Result},
    mcp::{
        authorizations::{self, SignInRow},
        listings,
        servers::{self, ServerRow},
    },
};
use uuid::Uuid;

use super::Tools;
use crate::{context::OrNotFound, executions::Executions};
use engine::tools::{ToolRefusal, Unresolved, keep_grant, oauth_server, seal, unseal};

/// Where a sign-in leads back to, and where Atelier describes itself, below its own address.
const CALLBACK: &str = "/api/v1/oauth/callback";
const CLIENT: &str = "/api/v1/oauth/client.json";

impl Tools {
    /// What Atelier says of itself as a client of authorization servers.
    pub fn oauth_client(&self) -> Value {
        let deps = &self.ctx.deps;
        json!({
            "client_id": deps.address_of(CLIENT),
            "client_name": "Atelier",
            "client_uri": deps.address_of("/"),
            "redirect_uris": [deps.address_of(CALLBACK)],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "application_type": "web",
        })
    }

    /// Begins a sign-in to a server; gives the address that the browser goes to.
    ///
    /// # Errors
    /// A server that is not there, or that lets in otherwise; in words, what its authorization server
    /// lacks or refuses.
    pub async fn connect_server(&self, actor: &Actor, id: McpServerId) -> Result<String> {
        let doing = "signing in to a tool server";
        let mut conn = self.ctx.connect_as(actor, Permission::ManageTools, doing).await?;
        let session = session_of(actor)?;
        let row = servers::find(&mut conn, actor.workspace, id).await?;
        let row = row.or_not_found("tool server")?;
        if row.form.auth.method != AuthMethod::SignIn {
            let words =
                "Nobody signs in to this tool server. Edit it, and choose “OAuth: sign in”.";
            return Err(Problem::conflict("no_sign_in", words).into());
        }
        let deps = &self.ctx.deps;
        let server = oauth_server(deps, &mut conn, actor.workspace, &row.form).await;
        let server = server.map_err(refusal)?;
        drop(conn);
        let (redirect, metadata) = (deps.address_of(CALLBACK), deps.address_of(CLIENT));
        let ours = OurAddresses { redirect: &redirect, metadata: &metadata };
        let begun = server.begin(ours).await.map_err(|error| refused(error.to_string()))?;
        let sealed = seal(deps, &place(actor.workspace, id), &begun.pending)?;
        let mut conn = self.ctx.connect(doing).await?;
        let state_hash = &begun.state_hash;
        let left = SignInRow { state_hash, server: id, session, sealed: &sealed };
        authorizations::insert_sign_in(&mut conn, actor.workspace, left).await?;
        Ok(begun.address.into())
    }

    /// Ends the sign-in with which the actor's session comes back. What went wrong at the server is no
    /// error: its health says so.
    ///
    /// # Errors
    /// A sign-in that has ended, or that another session or workspace has begun.
    pub async fn finish_connect(&self, actor: &Actor, answer: OidcAnswer) -> Result<()> {
        let doing = "coming back from a tool server";
        let mut conn = self.ctx.connect_as(actor, Permission::ManageTools, doing).await?;
        let session = session_of(actor)?;
        let state = answer.state.as_deref().unwrap_or_default();
        let hash = Grant::state_hash(state);
        let taken =
            authorizations::take_sign_in(&mut conn, actor.workspace, session, &hash).await?;
        let (id, sealed) = taken.ok_or_else(sign_in_over)?;
        let row = servers::find(&mut conn, actor.workspace, id).await?;
        let row = row.or_not_found("tool server")?;
        let deps = &self.ctx.deps;
        let pending: PendingSignIn = unseal(deps, &place(actor.workspace, id), &sealed)
            .map_err(|error| refusal(error.into()))?;
        let server = oauth_server(deps, &mut conn, actor.workspace, &row.form).await;
        let server = server.map_err(refusal)?;
        drop(conn);
        let redeemed = match (&answer.code, &answer.error) {
            (Some(code), None) => {
                let issuer = answer.iss.as_deref();
                let answer = SignInAnswer { code, state, issuer };
                server
                    .redeem(pending, &deps.address_of(CALLBACK), answer)
                    .await
                    .map_err(|error| error.to_string())
            }
            (_, error) => {
                let said: String =
                    error.as_deref().unwrap_or("no code").chars().take(200).collect();
                Err(format!("The sign-in server didn't let you in: {said}."))
            }
        };
        match redeemed {
            Ok(grant) => self.let_in(actor, &row, &grant).await,
            Err(words) => {
                let words = format!("Couldn't sign in. {words}");
                let mut conn = self.ctx.connect(doing).await?;
                listings::note_failure(&mut conn, actor.workspace, &row.form.name, &words).await
            }
        }
    }

    /// Keeps what a server has given, asks it for its tools, and lets the runs go on that wait for it.
    async fn let_in(&self, actor: &Actor, row: &ServerRow, grant: &Grant) -> Result<()> {
        let (workspace, name) = (actor.workspace, &row.form.name);
        let mut tx = self.ctx.begin("keeping access to a tool server").await?;
        if !servers::lock_unchanged(&mut tx, workspace, row).await? {
            return Err(sign_in_over().into());
        }
        let kept = keep_grant(&self.ctx.deps, &mut tx, workspace, row, grant, actor.user).await;
        kept.map_err(refusal)?;
        let detail = json!({ "name": name, "url": row.form.url });
        tx.record_with(actor, AuditAction::ToolServerSignedIn, row.id, detail).await?;
        tx.commit().await?;
        if row.form.enabled {
            self.ask(workspace, name).await?;
        }
        let mut conn = self.ctx.connect("looking for runs that wait for a tool server").await?;
        let waiting =
            authorizations::list_waiting(&mut conn, workspace, &connect_words(name)).await?;
        drop(conn);
        let executions = Executions::new(self.ctx.clone());
        for id in waiting {
            if let Err(error) = executions.control(actor, id, Control::Resume).await {
                // Somebody else may have been faster, and everybody can resume it.
                let error = &error as &dyn std::error::Error;
                tracing::info!(error, execution = %id, "a run that waited does not go on");
            }
        }
        Ok(())
    }
}

/// What a sign-in on its way is sealed for.
fn place(workspace: WorkspaceId, server: McpServerId) -> String {
    format!("mcp_sign_in/{workspace}/{server}")
}

/// The session of the browser that signs in.
fn session_of(actor: &Actor) -> Result<Uuid> {
    match actor.credential {
        Credential::Session(session) => Ok(session),
        Credential::Token(_) | Credential::Link(_) | Credential::CommandLine => {
            actor.require_person()?;
            Err(sign_in_over().into())
        }
    }
}

fn sign_in_over() -> Problem {
    let words = "This sign-in is over, or was started in another browser or workspace. Choose \
                 Connect again.";
    Problem::conflict("sign_in_over", words)
}

fn refused(words: String) -> Problem {
    Problem::conflict("sign_in_refused", format!("Couldn't sign in. {words}"))
}

fn refusal(unresolved: Unresolved) -> EngineError {
    match unresolved {
        Unresolved::Refused(ToolRefusal { code, words }) => Problem::conflict(code, words).into(),
        Unresolved::Server(error) => refused(error.to_string()).into(),
        Unresolved::Ours(error) => error,
    }
}
