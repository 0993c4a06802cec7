//! Registering, changing and deleting servers of tools; tools that are no longer as workflows have
//! pinned them: listed, and accepted by admins.

use std::collections::BTreeSet;

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    id::McpServerId,
    mcp::{
        api::ApiOperations,
        drift::ToolDrift,
        form::{MOST_SERVERS, ServerChange},
        page::DriftAcceptance,
        server::{SecretHeader, ServerForm, ServerView, ToolView},
    },
    problem::{FieldProblem, Problem},
};
use outside::outbound::check_host;
use serde_json::json;
use sqlx::PgConnection;
use store::{
    error::Result,
    mcp::{
        authorizations, definitions,
        drifts::{self, DriftRow},
        listings,
        servers::{self, ServerRow},
    },
    secrets,
};
use url::Url;
use uuid::Uuid;

use super::Tools;
use crate::context::{Change, OrNotFound};

impl Tools {
    /// Registers a server, and asks it for its tools.
    ///
    /// # Errors
    /// Each field that is wrong; a name that is taken; too many servers. That it does not answer is
    /// no error: its health says so.
    pub async fn register_server(&self, actor: &Actor, form: ServerForm) -> Result<ServerView> {
        actor.require(Permission::ManageTools)?;
        let (form, api) = self.with_api(form).await?;
        let mut tx =
            self.ctx.change(actor, Permission::ManageTools, "registering a tool server").await?;
        let form = form.checked()?;
        let row = ServerRow { id: McpServerId(Uuid::now_v7()), form };
        if servers::list(&mut tx, actor.workspace).await?.len() >= MOST_SERVERS {
            let words = format!("A workspace has at most {MOST_SERVERS} tool servers.");
            return Err(Problem::conflict("too_many_servers", words).into());
        }
        self.check(&mut tx, actor, &row.form).await?;
        if !servers::insert(&mut tx, actor.workspace, &row, actor.user).await? {
            return Err(name_taken().into());
        }
        if let Some(api) = &api {
            servers::keep_api(&mut tx, actor.workspace, &row, api).await?;
        }
        listings::forget(&mut tx, actor.workspace, &row.form.name).await?;
        append(&mut tx, actor, AuditAction::ToolServerCreated, &row).await?;
        tx.commit().await?;
        if row.form.enabled {
            self.ask(actor.workspace, &row.form.name).await?;
        }
        self.server(actor, row.id).await
    }

    /// Changes a server; where something of the way to it has changed, it is asked for its tools.
    ///
    /// # Errors
    /// As [`Tools::register_server`]; a server that is not there.
    pub async fn change_server(
        &self,
        actor: &Actor,
        id: McpServerId,
        change: ServerChange,
    ) -> Result<ServerView> {
        let read = self.read_changed(actor, id, &change).await?;
        let mut tx =
            self.ctx.change(actor, Permission::ManageTools, "changing a tool server").await?;
        servers::lock(&mut tx, actor.workspace, id).await?;
        let before = servers::find(&mut tx, actor.workspace, id).await?;
        let before = before.or_not_found("tool server")?.form;
        let mut form = change.apply(before.clone());
        if let Some((read, _)) = &read {
            (form.document, form.url) = (read.document.clone(), read.url.clone());
        }
        let row = ServerRow { id, form: form.checked()? };
        let switched_off = ServerForm { enabled: false, ..before.clone() };
        // What is only switched off may be as wrong as it is.
        if row.form != switched_off {
            self.check(&mut tx, actor, &row.form).await?;
        }
        if !servers::replace(&mut tx, actor.workspace, &row).await? {
            return Err(name_taken().into());
        }
        if let Some((_, api)) = &read {
            servers::keep_api(&mut tx, actor.workspace, &row, api).await?;
        }
        let moved = (&row.form.name, row.form.kind, &row.form.url)
            != (&before.name, before.kind, &before.url);
        if moved {
            listings::forget(&mut tx, actor.workspace, &before.name).await?;
            listings::forget(&mut tx, actor.workspace, &row.form.name).await?;
        }
        // What was given for one address or client is for no other.
        if row.form.url != before.url || row.form.auth != before.auth {
            authorizations::forget(&mut tx, actor.workspace, id).await?;
        }
        append(&mut tx, actor, AuditAction::ToolServerChanged, &row).await?;
        tx.commit().await?;
        let is_asked_anew = moved
            || read.is_some()
            || row.form.headers != before.headers
            || row.form.auth != before.auth
            || row.form.allowed != before.allowed
            || !before.enabled;
        if row.form.enabled && is_asked_anew {
            self.ask(actor.workspace, &row.form.name).await?;
        }
        self.server(actor, id).await
    }

    /// The server with its document read again, where a change gives another one or other operations of
    /// it. No transaction is open meanwhile.
    async fn read_changed(
        &self,
        actor: &Actor,
        id: McpServerId,
        change: &ServerChange,
    ) -> Result<Option<(ServerForm, ApiOperations)>> {
        let mut conn = self
            .ctx
            .connect_as(actor, Permission::ManageTools, "looking for a tool server")
            .await?;
        let before = servers::find(&mut conn, actor.workspace, id).await?;
        let before = before.or_not_found("tool server")?.form;
        drop(conn);
        let after = change.clone().apply(before.clone()).trimmed();
        let says = |form: &ServerForm| (form.kind, form.document.clone(), form.operations.clone());
        if says(&after) == says(&before) {
            return Ok(None);
        }
        let (form, api) = self.with_api(after).await?;
        Ok(api.map(|api| (form, api)))
    }

    /// Deletes a server; steps that name it fail from then on.
    ///
    /// # Errors
    /// A server that is not there.
    pub async fn delete_server(&self, actor: &Actor, id: McpServerId) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageTools, "deleting a tool server").await?;
        let found =
            servers::find(&mut tx, actor.workspace, id).await?.or_not_found("tool server")?;
        servers::delete(&mut tx, actor.workspace, id).await?;
        listings::forget(&mut tx, actor.workspace, &found.form.name).await?;
        append(&mut tx, actor, AuditAction::ToolServerDeleted, &found).await?;
        tx.commit().await
    }

    /// Refuses what can be known now to be wrong whenever the server is called.
    async fn check(&self, conn: &mut PgConnection, actor: &Actor, form: &ServerForm) -> Result<()> {
        let deps = &self.ctx.deps;
        if deps.operator_servers.get(&form.name).is_some() {
            let words = "The operator of this server already uses this name. Choose another one.";
            return Err(refused("name", words.to_owned()).into());
        }
        let url = Url::parse(&form.url)
            .map_err(|error| refused("url", format!("Enter a valid URL: {error}.")))?;
        let checked = deps.outbound.check_confidential(&url);
        checked.map_err(|refusal| refused("url", format!("{refusal}.")))?;
        for (place, header) in form.headers.iter().enumerate() {
            let words = secret_fault(conn, actor, header, &url).await?;
            if let Some(words) = words {
                return Err(refused(&format!("headers[{place}].secret"), words).into());
            }
        }
        let client_secret = &form.auth.client_secret;
        if !client_secret.is_empty() && find_hosts(conn, actor, client_secret).await?.is_none() {
            return Err(refused("auth.client_secret", no_secret(client_secret)).into());
        }
        Ok(())
    }
}

/// Why a secret cannot be sent to an address; none where it can.
async fn secret_fault(
    conn: &mut PgConnection,
    actor: &Actor,
    header: &SecretHeader,
    url: &Url,
) -> Result<Option<String>> {
    let Some(hosts) = find_hosts(conn, actor, &header.secret).await? else {
        return Ok(Some(no_secret(&header.secret)));
    };
    Ok(check_host(url, &hosts).err().map(|refusal| format!("{refusal}.")))
}

/// The hosts that a secret is for; none if there is no such secret.
async fn find_hosts(
    conn: &mut PgConnection,
    actor: &Actor,
    name: &str,
) -> Result<Option<Vec<String>>> {
    let found = secrets::list(conn, actor.workspace, Some(name)).await?.pop();
    Ok(found.map(|found| found.hosts))
}

fn no_secret(name: &str) -> String {
    format!("The secret {name} doesn't exist. Add it under Secrets first.")
}

async fn append(
    tx: &mut Change,
    actor: &Actor,
    action: AuditAction,
    row: &ServerRow,
) -> Result<()> {
    let ServerForm { name, url, enabled, .. } = &row.form;
    let detail = json!({ "name": name, "url": url, "enabled": enabled });
    tx.record_with(actor, action, row.id, detail).await
}

pub(super) fn refused(field: &str, message: String) -> Problem {
    let error = FieldProblem::field("bad_server", field, message);
    Problem::invalid("The server was not saved.", vec![error])
}

fn name_taken() -> Problem {
    let message = "A tool server with this name already exists. Choose another name.";
    let error = FieldProblem::field("name_taken", "name", message);
    Problem::invalid("The server was not saved.", vec![error])
}

impl Tools {
    /// The tools that were found other than workflows have pinned them, and that nobody has accepted.
    pub async fn list_drifts(&self, actor: &Actor) -> Result<Vec<ToolDrift>> {
        let mut conn = self.ctx.read(actor, "listing changed tools").await?;
        load_drifts(&mut conn, actor).await
    }

    /// Accepts that a tool is now as it was shown: what has pinned it as it was may call it.
    ///
    /// # Errors
    /// A change that nobody has noticed, or that is accepted already.
    pub async fn accept_drift(&self, actor: &Actor, accepted: DriftAcceptance) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageTools, "accepting a changed tool").await?;
        let DriftAcceptance { tool, pinned_hash, now_hash } = accepted;
        let drift = DriftRow { tool, from_hash: pinned_hash, to_hash: Some(now_hash) };
        if !drifts::accept(&mut tx, actor.workspace, &drift, actor.user).await? {
            let words = "This change no longer exists. Reload the page.";
            return Err(Problem::conflict("unknown_drift", words).into());
        }
        let DriftRow { tool, from_hash, to_hash } = drift;
        let detail = json!({ "name": tool, "from": from_hash, "to": to_hash });
        tx.record_with(actor, AuditAction::ToolDriftAccepted, tool, detail).await?;
        tx.commit().await
    }
}

/// The drifts of the actor's workspace with what has changed, and the workflows that they concern.
pub(super) async fn load_drifts(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<ToolDrift>> {
    let rows = drifts::list_open(conn, actor.workspace).await?;
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let hashes = rows.iter().flat_map(|row| row.to_hash.iter().chain([&row.from_hash]));
    let hashes: BTreeSet<String> = hashes.cloned().collect();
    let hashes: Vec<String> = hashes.into_iter().collect();
    let known = definitions::find(conn, actor.workspace, &hashes).await?;
    let pinned = drifts::list_pinned(conn, actor.workspace).await?;
    let drift = rows.into_iter().map(|row| {
        let DriftRow { tool, from_hash, to_hash } = row;
        let concerned = pinned.iter().filter(|one| one.tool == tool && one.hash == from_hash);
        let workflows = concerned.map(|one| one.name.clone()).collect();
        let now = to_hash.and_then(|hash| {
            let definition = known.get(&hash)?.clone();
            Some(ToolView { key: tool.clone(), definition, hash, schema_fault: None })
        });
        let before = known.get(&from_hash).cloned();
        ToolDrift { workflows, ..ToolDrift::new(tool, from_hash, before, now) }
    });
    // Nobody can do anything about a tool that is gone and that no workflow names any more.
    let concerns = |drift: &ToolDrift| drift.now_hash.is_some() || !drift.workflows.is_empty();
    Ok(drift.filter(concerns).collect())
}
