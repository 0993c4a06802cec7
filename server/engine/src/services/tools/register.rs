//! Registering, changing and deleting servers of tools.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    id::McpServerId,
    mcp::{
        form::{MOST_SERVERS, ServerChange},
        server::{SecretHeader, ServerForm, ServerView},
    },
    problem::{FieldProblem, Problem},
};
use outside::outbound::check_host;
use sqlx::PgConnection;
use store::{
    audit,
    error::{Doing, EngineError, Result},
    mcp::{
        listings,
        servers::{self, ServerRow},
    },
    secrets,
};
use url::Url;
use uuid::Uuid;

use super::Tools;
use crate::services::audit::entry;

impl Tools {
    /// Registers a server, and asks it for its tools.
    ///
    /// # Errors
    /// Each field that is wrong; a name that is taken; too many servers. That it does not answer is
    /// no error: its health says so.
    pub async fn register_server(&self, actor: &Actor, form: ServerForm) -> Result<ServerView> {
        actor.require(Permission::ManageTools)?;
        let form = form.checked()?;
        let row = ServerRow { id: McpServerId(Uuid::now_v7()), form };
        let mut tx = store::begin(&self.context.pool).await.doing("registering a tool server")?;
        if servers::list(&mut tx, actor.workspace).await?.len() >= MOST_SERVERS {
            let words = format!("A workspace has at most {MOST_SERVERS} tool servers.");
            return Err(Problem::conflict("too_many_servers", words).into());
        }
        self.check(&mut tx, actor, &row.form).await?;
        if !servers::insert(&mut tx, actor.workspace, &row, actor.user).await? {
            return Err(name_taken().into());
        }
        listings::forget(&mut tx, actor.workspace, &row.form.name).await?;
        append(&mut tx, actor, AuditAction::ToolServerCreated, &row).await?;
        tx.commit().await.doing("registering a tool server")?;
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
        actor.require(Permission::ManageTools)?;
        let mut tx = store::begin(&self.context.pool).await.doing("changing a tool server")?;
        servers::lock(&mut tx, actor.workspace, id).await?;
        let before = servers::find(&mut tx, actor.workspace, id).await?;
        let before = before.ok_or(EngineError::NotFound("tool server"))?.form;
        let row = ServerRow { id, form: change.apply(before.clone()).checked()? };
        let switched_off = ServerForm { enabled: false, ..before.clone() };
        // What is only switched off may be as wrong as it is.
        if row.form != switched_off {
            self.check(&mut tx, actor, &row.form).await?;
        }
        if !servers::replace(&mut tx, actor.workspace, &row).await? {
            return Err(name_taken().into());
        }
        let moved = (&row.form.name, row.form.kind, &row.form.url)
            != (&before.name, before.kind, &before.url);
        if moved {
            listings::forget(&mut tx, actor.workspace, &before.name).await?;
            listings::forget(&mut tx, actor.workspace, &row.form.name).await?;
        }
        append(&mut tx, actor, AuditAction::ToolServerChanged, &row).await?;
        tx.commit().await.doing("changing a tool server")?;
        if row.form.enabled && (moved || row.form.headers != before.headers || !before.enabled) {
            self.ask(actor.workspace, &row.form.name).await?;
        }
        self.server(actor, id).await
    }

    /// Deletes a server; steps that name it fail from then on.
    ///
    /// # Errors
    /// A server that is not there.
    pub async fn delete_server(&self, actor: &Actor, id: McpServerId) -> Result<()> {
        actor.require(Permission::ManageTools)?;
        let mut tx = store::begin(&self.context.pool).await.doing("deleting a tool server")?;
        let found = servers::find(&mut tx, actor.workspace, id).await?;
        let found = found.ok_or(EngineError::NotFound("tool server"))?;
        servers::delete(&mut tx, actor.workspace, id).await?;
        listings::forget(&mut tx, actor.workspace, &found.form.name).await?;
        append(&mut tx, actor, AuditAction::ToolServerDeleted, &found).await?;
        tx.commit().await.doing("deleting a tool server")
    }

    /// Refuses what can be known now to be wrong whenever the server is called.
    async fn check(&self, conn: &mut PgConnection, actor: &Actor, form: &ServerForm) -> Result<()> {
        let deps = &self.context.deps;
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
    let name = &header.secret;
    let Some(found) = secrets::list(conn, actor.workspace, Some(name.as_str())).await?.pop() else {
        return Ok(Some(format!("The secret {name} doesn't exist. Add it under Secrets first.")));
    };
    Ok(check_host(url, &found.hosts).err().map(|refusal| format!("{refusal}.")))
}

async fn append(
    conn: &mut PgConnection,
    actor: &Actor,
    action: AuditAction,
    row: &ServerRow,
) -> Result<()> {
    let line = entry(actor, action, Some(row.id.to_string()));
    let line = line.with_detail("name", row.form.name.as_str());
    let line = line.with_detail("url", row.form.url.as_str());
    audit::append(conn, line.with_detail("enabled", row.form.enabled)).await
}

fn refused(field: &str, message: String) -> Problem {
    let error = FieldProblem::field("bad_server", field, message);
    Problem::invalid("The server was not saved.", vec![error])
}

fn name_taken() -> Problem {
    let message = "A tool server with this name already exists. Choose another name.";
    let error = FieldProblem::field("name_taken", "name", message);
    Problem::invalid("The server was not saved.", vec![error])
}
