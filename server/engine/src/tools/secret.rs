//! Secrets of a workspace that are sent to servers of tools.

use model::id::WorkspaceId;
use sqlx::PgConnection;
use store::secrets;
use vault::secret::Secret;

use super::refusal::{ToolRefusal, Unresolved};
use crate::deps::EngineDeps;

/// A secret that is sent to servers, and the only hosts that it is for.
pub(super) async fn open_secret(
    deps: &EngineDeps,
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    name: &str,
) -> Result<(Secret, Vec<String>), Unresolved> {
    let Some(found) = secrets::find_to_send(conn, workspace, name).await? else {
        let words = format!(
            "The tool server needs the secret {name}, which doesn't exist. Ask an admin to add it \
             under Secrets."
        );
        return Err(ToolRefusal::new("unknown_secret", words).into());
    };
    let opened = deps.vault.open(&found.key.place(workspace), &found.sealed);
    opened.map(|secret| (secret, found.hosts)).map_err(|error| {
        let words = format!(
            "Can't decrypt the secret {name}: {error}. Enter it again, or start all servers and \
             workers with the ATELIER_SECRET_KEY it was saved with."
        );
        ToolRefusal::new("sealed_secret", words).into()
    })
}
