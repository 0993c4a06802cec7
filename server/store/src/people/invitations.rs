//! Invitations into a workspace. Only hashes of what stands in their links are known here.

use model::{
    access::{Permission, Role, can},
    api::{
        listing::Page,
        members::{InvitationRow, MOST_AT_ONCE},
    },
    id::{InvitationId, UserId, WorkspaceId},
    time::Timestamp,
};
use sqlx::PgConnection;

use crate::{
    EnumText, Fetch, Statement,
    error::Result,
    page_query::{Cursor, PageQuery},
    role, timestamp,
};

/// How many invitations a workspace may make in any hour.
pub const MOST_PER_HOUR: usize = 200;

/// An invitation to be inserted.
#[derive(Debug)]
pub struct NewInvitation<'a> {
    /// Names it when revoking.
    pub id: InvitationId,
    /// Where it leads.
    pub workspace: WorkspaceId,
    /// Who is invited.
    pub email: &'a str,
    /// What they become.
    pub role: Role,
    /// SHA-256 of what stands in the link.
    pub token_hash: &'a [u8],
    pub invited_by: UserId,
}

/// Whether an invitation can be accepted, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// It can be accepted.
    Open,
    /// Somebody has accepted it.
    Accepted,
    /// It was revoked or replaced, or whoever made it may make none like it any more.
    Revoked,
    /// Its time is over.
    Expired,
    /// Its workspace is archived: it can be accepted once that is restored.
    Archived,
}

/// An invitation by its link, as of now.
#[derive(Debug)]
pub struct Invitation {
    /// Names it when revoking.
    pub id: InvitationId,
    /// Where it leads.
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    /// Who is invited.
    pub email: String,
    /// What they become.
    pub role: Role,
    pub invited_by: String,
    /// Until when the link works.
    pub expires_at: Timestamp,
    /// Whether it can be accepted.
    pub state: InvitationState,
    /// The account of the address, if there is one.
    pub account: Option<UserId>,
    /// The PHC string of that account's password.
    pub password_hash: Option<String>,
    /// What that account is in the workspace, if it is a member already.
    pub member: Option<Role>,
}

/// An invitation that nobody has accepted or revoked.
#[derive(Debug)]
pub struct OpenInvitation {
    /// Who is invited.
    pub email: String,
    /// What they become.
    pub role: Role,
}

/// Inserts an invitation that works for seven days; returns when it expires.
pub async fn insert(conn: &mut PgConnection, invitation: NewInvitation<'_>) -> Result<Timestamp> {
    sqlx::query_scalar!(
        "INSERT INTO invitations
                (id, workspace_id, email, role, token_hash, invited_by, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, engine_now() + interval '7 days')
         RETURNING expires_at",
        invitation.id.0,
        invitation.workspace.0,
        invitation.email,
        invitation.role.as_str(),
        invitation.token_hash,
        invitation.invited_by.0,
    )
    .one(conn, "making an invitation")
    .await
    .map(timestamp)
}

/// Seconds until a workspace may make so many more invitations; none where it may now. The caller
/// has locked the members.
pub async fn seconds_until_room(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    more: usize,
) -> Result<Option<u64>> {
    // With this one within the last hour there would be too many.
    let one_too_many = MOST_PER_HOUR.saturating_sub(more.min(MOST_AT_ONCE));
    let seconds = sqlx::query_scalar!(
        r#"SELECT greatest(1, ceil(extract(epoch FROM
                      i.created_at + interval '1 hour' - engine_now())))::bigint AS "seconds!"
             FROM invitations i
            WHERE i.workspace_id = $1 AND i.created_at > engine_now() - interval '1 hour'
            ORDER BY i.created_at DESC, i.id DESC
           OFFSET $2 LIMIT 1"#,
        workspace.0,
        i64::try_from(one_too_many).unwrap_or(i64::MAX),
    )
    .optional(conn, "counting invitations")
    .await?;
    Ok(seconds.map(|seconds| u64::try_from(seconds).unwrap_or(1)))
}

/// Which of the addresses are members' already, in lower case.
pub async fn members_among(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    emails: &[String],
) -> Result<Vec<String>> {
    let wanted: Vec<String> = emails.iter().map(|email| email.to_lowercase()).collect();
    sqlx::query_scalar!(
        r#"SELECT lower(u.email) AS "email!"
             FROM memberships m
             JOIN users u ON u.id = m.user_id
            WHERE m.workspace_id = $1 AND lower(u.email) = ANY($2)"#,
        workspace.0,
        &wanted
    )
    .all(conn, "looking for members by their addresses")
    .await
}

/// Revokes the open invitation of an address, if there is one: another takes its place.
pub async fn revoke_for(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    email: &str,
) -> Result<()> {
    sqlx::query!(
        "UPDATE invitations SET revoked_at = engine_now()
          WHERE workspace_id = $1 AND lower(email) = lower($2)
            AND accepted_at IS NULL AND revoked_at IS NULL",
        workspace.0,
        email
    )
    .run(conn, "replacing an invitation")
    .await
}

/// Revokes an open invitation, and says whose; none if there is none of that id.
pub async fn revoke(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: InvitationId,
) -> Result<Option<OpenInvitation>> {
    sqlx::query_as!(
        OpenInvitation,
        r#"UPDATE invitations SET revoked_at = engine_now()
            WHERE workspace_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL
           RETURNING email, role AS "role: EnumText<_>""#,
        workspace.0,
        id.0
    )
    .optional(conn, "revoking an invitation")
    .await
}

/// Revokes what somebody has invited to that they may not invite to as what they are now; with no
/// role, because they are no member any more, all of it.
pub async fn revoke_beyond(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    invited_by: UserId,
    now: Option<Role>,
) -> Result<()> {
    let now = now.filter(|role| can(*role, Permission::ManageMembers));
    let allowed = now.into_iter().flat_map(Role::grantable);
    let allowed: Vec<String> = allowed.map(|role| role.as_str().to_owned()).collect();
    sqlx::query!(
        "UPDATE invitations SET revoked_at = engine_now()
          WHERE workspace_id = $1 AND invited_by = $2 AND role <> ALL($3)
            AND accepted_at IS NULL AND revoked_at IS NULL",
        workspace.0,
        invited_by.0,
        &allowed
    )
    .run(conn, "revoking invitations")
    .await
}

/// Drops invitations that have been over for 30 days: until then their links say why.
pub async fn delete_ended(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    sqlx::query!(
        "DELETE FROM invitations
          WHERE workspace_id = $1
            AND coalesce(accepted_at, revoked_at, expires_at) < engine_now() - interval '30 days'",
        workspace.0
    )
    .run(conn, "dropping invitations that are over")
    .await
}

/// A page of the invitations that nobody has accepted or revoked, the newest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    page: PageQuery,
) -> Result<Page<InvitationRow>> {
    let rows = sqlx::query!(
        r#"SELECT i.id, i.email, i.role, u.name AS "invited_by?", i.created_at, i.expires_at,
                  i.expires_at <= engine_now() AS "expired!",
                  (SELECT d.last_error
                     FROM notices n
                     JOIN notice_deliveries d ON d.notice_id = n.id
                    WHERE n.workspace_id = $1 AND n.dedupe_key = 'invitation:' || i.id
                      AND d.channel = 'mail' AND d.state = 'failed') AS mail_error
             FROM invitations i
             LEFT JOIN users u ON u.id = i.invited_by
            WHERE i.workspace_id = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL
              AND ($2::timestamptz IS NULL OR (i.created_at, i.id) < ($2, $3::uuid))
            ORDER BY i.created_at DESC, i.id DESC
            LIMIT $4"#,
        workspace.0,
        page.after_time(),
        page.after_id(),
        page.row_limit(),
    )
    .all(conn, "listing invitations")
    .await?;
    page.to_page(
        rows,
        |row| Cursor { at: row.created_at, id: row.id },
        |row| {
            Ok(InvitationRow {
                id: row.id.into(),
                email: row.email,
                role: role(&row.role)?,
                invited_by: row.invited_by,
                created_at: timestamp(row.created_at),
                expires_at: timestamp(row.expires_at),
                expired: row.expired,
                mail_error: row.mail_error,
            })
        },
    )
}

/// The invitation of a link, over or not; none where nobody was ever given such a link.
pub async fn find(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<Invitation>> {
    let row = sqlx::query!(
        r#"SELECT i.id, i.workspace_id, w.name AS workspace_name, i.email, i.role, i.expires_at,
                  i.accepted_at IS NOT NULL AS "accepted!", i.revoked_at IS NOT NULL AS "revoked!",
                  i.expires_at <= engine_now() AS "expired!",
                  w.archived_at IS NOT NULL AS "archived!",
                  b.name AS "invited_by?", bm.role AS "inviter_role?",
                  u.id AS "account?", u.password_hash AS "password_hash?", um.role AS "member?"
             FROM invitations i
             JOIN workspaces w ON w.id = i.workspace_id
             LEFT JOIN users b ON b.id = i.invited_by
             LEFT JOIN memberships bm
                    ON bm.workspace_id = i.workspace_id AND bm.user_id = i.invited_by
             LEFT JOIN users u ON lower(u.email) = lower(i.email)
             LEFT JOIN memberships um ON um.workspace_id = i.workspace_id AND um.user_id = u.id
            WHERE i.token_hash = $1"#,
        token_hash
    )
    .optional(conn, "looking an invitation up")
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (wanted, inviter) = (role(&row.role)?, row.inviter_role.as_deref().map(role).transpose()?);
    // Whoever may invite nobody any more has left no way in behind.
    let stands =
        inviter.is_some_and(|inviter| can(inviter, Permission::ManageMembers) && wanted <= inviter);
    let state = if row.accepted {
        InvitationState::Accepted
    } else if row.revoked || !stands {
        InvitationState::Revoked
    } else if row.expired {
        InvitationState::Expired
    } else if row.archived {
        InvitationState::Archived
    } else {
        InvitationState::Open
    };
    Ok(Some(Invitation {
        id: row.id.into(),
        workspace: row.workspace_id.into(),
        workspace_name: row.workspace_name,
        email: row.email,
        role: wanted,
        invited_by: row.invited_by.unwrap_or_default(),
        expires_at: timestamp(row.expires_at),
        state,
        account: row.account.map(UserId),
        password_hash: row.password_hash,
        member: row.member.as_deref().map(role).transpose()?,
    }))
}

/// Accepts an invitation; false where it is over, also because somebody has just accepted it.
pub async fn accept(conn: &mut PgConnection, id: InvitationId) -> Result<bool> {
    sqlx::query!(
        "UPDATE invitations SET accepted_at = engine_now()
          WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > engine_now()",
        id.0
    ).changed(conn, "accepting an invitation")
    .await
}
