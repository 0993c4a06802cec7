//! The tools of Atelier itself: they read and write with the rights of whoever launched the execution,
//! as those are at the time of the call. What a call writes is in one transaction with the end of its
//! row: a call whose worker is lost has done all of it and is not made again, or nothing.

mod definitions;
mod reading;
mod writing;

use model::{
    access::{self, Permission},
    agent::tools::BuiltIn,
    id::UserId,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    agents::acting::{self, Acting, Launcher},
    error::Result,
};

use super::result::CallEnd;
use crate::job::JobContext;

pub(super) use definitions::definition;

/// A call of a built-in tool.
pub(super) struct BuiltInCall<'a> {
    /// The agent's job, for which it is made.
    pub context: &'a JobContext,
    /// Names the call in its talk.
    pub call_id: &'a str,
    pub tool: BuiltIn,
    /// The arguments, as its schema takes them.
    pub arguments: &'a Map<String, Value>,
}

/// A call with the rights that it is made with.
struct Desk<'a> {
    call: &'a BuiltInCall<'a>,
    acting: Acting,
    user: UserId,
}

/// Makes a call on this connection, whose transaction the caller commits with the end of its row.
///
/// # Errors
/// A database failure.
pub(super) async fn run(conn: &mut PgConnection, call: &BuiltInCall<'_>) -> Result<CallEnd> {
    let acting = acting::find(conn, call.context.workspace, call.context.execution).await?;
    let user = match permit(&acting, needed(call.tool)) {
        Ok(user) => user,
        Err(words) => return Ok(CallEnd::Refused(words)),
    };
    let desk = Desk { call, acting, user };
    match call.tool {
        BuiltIn::SearchDocuments => desk.search_documents(conn).await,
        BuiltIn::ReadDocument => desk.read_document(conn).await,
        BuiltIn::SearchImages => desk.search_images(conn).await,
        BuiltIn::ReadArtifact => desk.read_artifact(conn).await,
        BuiltIn::Time => Ok(desk.time()),
        BuiltIn::CreateDocument => desk.create_document(conn).await,
        BuiltIn::AttachImage => desk.attach_image(conn).await,
    }
}

/// What whoever launched the execution has to be allowed.
fn needed(tool: BuiltIn) -> Permission {
    if tool.writes() { Permission::EditDocument } else { Permission::Read }
}

/// In whose name it is done.
///
/// # Errors
/// Why it may not be done, in words.
pub(super) fn permit(acting: &Acting, needed: Permission) -> Result<UserId, String> {
    let Some(Launcher { user, role }) = acting.launcher else {
        let words = "The person who launched this run is no longer a member of the workspace, and \
                     an agent acts with their rights.";
        return Err(words.to_owned());
    };
    if acting.archived && !needed.holds_when_archived() {
        return Err("The workspace is archived, so it is read-only.".to_owned());
    }
    access::require(role, needed).map_err(|lacks| {
        format!(
            "The agent acts with the rights of the person who launched the run. This needs the \
             role {}; theirs is {role}.",
            lacks.needed.least_role()
        )
    })?;
    Ok(user)
}

/// The arguments of a tool.
///
/// # Errors
/// What is wrong with them, for the model.
fn read<T: DeserializeOwned>(arguments: &Map<String, Value>) -> Result<T, CallEnd> {
    serde_json::from_value(Value::Object(arguments.clone()))
        .map_err(|error| CallEnd::Failed(format!("The arguments aren't valid: {error}.")))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use model::{access::Role, id::ProjectId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_agent_may_do_what_its_launcher_may_and_no_more() {
        let acting = |role: Option<Role>, archived| Acting {
            launcher: role.map(|role| Launcher { user: UserId(Uuid::nil()), role }),
            project: ProjectId(Uuid::nil()),
            archived,
            now: DateTime::UNIX_EPOCH,
        };
        for (role, archived, reads, writes) in [
            (Some(Role::Owner), false, true, true),
            (Some(Role::Editor), false, true, true),
            (Some(Role::Runner), false, true, false),
            (Some(Role::Viewer), false, true, false),
            (Some(Role::Owner), true, true, false),
            (None, false, false, false),
        ] {
            let may = |tool| permit(&acting(role, archived), needed(tool)).is_ok();
            let told = (may(BuiltIn::ReadDocument), may(BuiltIn::CreateDocument));
            assert_eq!(told, (reads, writes), "{role:?} {archived}");
        }
    }
}
