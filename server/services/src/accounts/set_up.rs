//! The first visit: makes the owner, the first workspace and its project, once.

use backend::{
    accounts::{SetUpState, SignedIn},
    actor::Origin,
    key,
};
use model::{
    access::Role,
    account::SetUpForm,
    audit::AuditAction,
    id::{UserId, WorkspaceId},
    problem::{FieldProblem, Problem, ProblemKind},
};
use serde_json::json;
use sqlx::PgConnection;
use store::{
    accounts, attempts, audit,
    error::{EngineError, Result},
    settings,
};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::Accounts;
use crate::{rate_limit::too_many_attempts, workspaces::insertion::insert_with_owner};

const CODE_SETTING: &str = "set_up_code";
/// The code is 128 bits; this bound is only there to keep the log quiet.
const CODE_GUESSES: attempts::Allowance =
    attempts::Allowance { most: 20, window: std::time::Duration::from_secs(900) };

impl Accounts {
    /// Whether the instance waits for its owner.
    pub async fn set_up_state(&self) -> Result<SetUpState> {
        let mut conn = self.ctx.connect("asking whether set-up is open").await?;
        if accounts::has_any_user(&mut conn).await? {
            return Ok(SetUpState::Done);
        }
        let code = settings::find(&mut conn, CODE_SETTING).await?;
        Ok(if code.is_some() { SetUpState::CodeNeeded } else { SetUpState::Open })
    }

    /// Asks for a fresh one-time code at set-up and returns it for the log;
    /// `None` when there is an account already.
    pub async fn require_set_up_code(&self) -> Result<Option<String>> {
        let mut tx = self.ctx.begin("making a set-up code").await?;
        accounts::lock_set_up(&mut tx).await?;
        if accounts::has_any_user(&mut tx).await? {
            return Ok(None);
        }
        let code = Uuid::from_bytes(rand::random()).simple().to_string();
        let hash = hex::encode(key::hash(&code));
        settings::set(&mut tx, CODE_SETTING, &json!({ "sha256": hash })).await?;
        tx.commit().await?;
        Ok(Some(code))
    }

    /// Asks for no code at set-up: the server is reachable from this machine only.
    pub async fn waive_set_up_code(&self) -> Result<()> {
        let mut conn = self.ctx.connect("waiving the set-up code").await?;
        settings::delete(&mut conn, CODE_SETTING).await
    }

    /// Creates the owner, their workspace and its first project, and signs them in.
    /// Only while nobody has an account; the whole of it or nothing.
    pub async fn set_up(&self, form: SetUpForm, origin: &Origin) -> Result<SignedIn> {
        let form = form.checked()?;
        self.check_set_up_code(form.code.as_deref(), origin).await?;
        let hash = self.passwords.hash(form.password.clone()).await?;
        let mut tx = self.ctx.begin("setting the instance up").await?;
        accounts::lock_set_up(&mut tx).await?;
        if accounts::has_any_user(&mut tx).await? {
            return Err(already_set_up());
        }
        let (user, workspace) = insert_owner(&mut tx, &form, &hash, origin).await?;
        settings::delete(&mut tx, CODE_SETTING).await?;
        let session = super::sign_in::open(&mut tx, user, workspace, origin, Role::Owner).await?;
        tx.commit().await?;
        tracing::info!(%user, %workspace, "the owner account was created");
        Ok(session)
    }

    async fn check_set_up_code(&self, code: Option<&str>, origin: &Origin) -> Result<()> {
        let mut conn = self.ctx.connect("checking a set-up code").await?;
        // Before anything else: once there is an owner, nothing more is learnt here.
        if accounts::has_any_user(&mut conn).await? {
            return Err(already_set_up());
        }
        let Some(wanted) = settings::find(&mut conn, CODE_SETTING).await? else { return Ok(()) };
        let bucket = format!("set_up:{}", origin.ip);
        if let Some(seconds) = attempts::admit(&mut conn, &bucket, CODE_GUESSES).await? {
            return Err(too_many_attempts(seconds).into());
        }
        let given = code.map(|code| hex::encode(key::hash(code))).unwrap_or_default();
        let wanted = wanted.get("sha256").and_then(|hash| hash.as_str()).unwrap_or_default();
        if !wanted.is_empty() && bool::from(given.as_bytes().ct_eq(wanted.as_bytes())) {
            return Ok(());
        }
        let message = "Enter the one-time code from the server's log.";
        let error = FieldProblem::field("bad_code", "code", message);
        let detail = "The owner account was not created.";
        Err(Problem {
            errors: vec![error],
            ..Problem::new(ProblemKind::Forbidden, "bad_code", detail)
        }
        .into())
    }
}

async fn insert_owner(
    conn: &mut PgConnection,
    form: &SetUpForm,
    password_hash: &str,
    origin: &Origin,
) -> Result<(UserId, WorkspaceId)> {
    let user = UserId(Uuid::now_v7());
    let new = accounts::NewUser { id: user, email: &form.email, name: &form.name, password_hash };
    accounts::insert_user(conn, new).await?;
    let workspace = insert_with_owner(conn, &form.workspace, user).await?;
    let entry = audit::Entry {
        workspace: Some(workspace),
        user: Some(user),
        action: AuditAction::WorkspaceCreated,
        subject: Some(workspace.to_string()),
        detail: json!({ "name": form.workspace }),
        source: origin.into(),
    };
    audit::append(conn, entry).await?;
    Ok((user, workspace))
}

fn already_set_up() -> EngineError {
    EngineError::Conflict {
        code: "already_set_up",
        detail: "This server already has an owner. Sign in instead.".to_owned(),
    }
}
