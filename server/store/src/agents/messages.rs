//! Messages of talks by their hashes: each content once in a workspace, for as long as a talk has it.

use std::collections::{BTreeMap, BTreeSet};

use model::agent::talk::Message;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Fetch, Statement,
    error::Result,
    rows::{columns, to_json},
};

/// Messages that are collected as garbage at once.
const COLLECTED_AT_ONCE: i64 = 500;

/// A message as it is stored.
pub(super) struct KeptMessage {
    pub(super) hash: [u8; 32],
    body: Value,
    bytes: i32,
}

impl KeptMessage {
    pub(super) fn new(message: &Message) -> Result<Self> {
        let body = without_nul(to_json(message)?);
        // Object keys are in order, so that the same content has the same text.
        let text = body.to_string();
        Ok(Self {
            hash: Sha256::digest(text.as_bytes()).into(),
            bytes: i32::try_from(text.len()).unwrap_or(i32::MAX),
            body,
        })
    }
}

/// The value with a replacement character for each U+0000, which the database cannot store: no
/// tool's result is worth losing a talk for.
fn without_nul(value: Value) -> Value {
    let clean =
        |text: String| if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    match value {
        Value::String(text) => Value::String(clean(text)),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nul).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (clean(name), without_nul(value)));
            Value::Object(fields.collect::<Map<String, Value>>())
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

/// Keeps messages that are not kept yet, and those that are from being collected as garbage: their
/// rows are locked until the lines that name them are committed.
pub(super) async fn keep(
    conn: &mut PgConnection,
    bodies: &BTreeMap<(Uuid, [u8; 32]), KeptMessage>,
) -> Result<()> {
    columns!(bodies, |b| {
        workspaces: b.0.0,
        hashes: b.1.hash.to_vec(),
        texts: b.1.body.clone(),
        sizes: b.1.bytes,
    });
    let doing = "keeping the messages of an agent";
    let known = sqlx::query!(
        "SELECT m.workspace_id, m.hash
           FROM agent_messages m
           JOIN UNNEST($1::uuid[], $2::bytea[]) AS u (workspace_id, hash)
             ON m.workspace_id = u.workspace_id AND m.hash = u.hash
          ORDER BY m.workspace_id, m.hash
            FOR KEY SHARE OF m",
        &workspaces,
        &hashes
    )
    .all(conn, doing)
    .await?;
    let known: BTreeSet<_> = known.into_iter().map(|row| (row.workspace_id, row.hash)).collect();
    if known.len() == bodies.len() {
        return Ok(());
    }
    // In the order of their keys, so that no two processes wait for each other. One that another
    // process has just inserted is too young to be collected.
    sqlx::query!(
        "INSERT INTO agent_messages (workspace_id, hash, body, bytes)
         SELECT u.workspace_id, u.hash, u.body, u.bytes
           FROM UNNEST($1::uuid[], $2::bytea[], $3::jsonb[], $4::int[])
                AS u (workspace_id, hash, body, bytes)
          ORDER BY u.workspace_id, u.hash
             ON CONFLICT DO NOTHING",
        &workspaces,
        &hashes,
        &texts,
        &sizes
    )
    .run(conn, doing)
    .await
}

/// Deletes messages that are in no talk and a day old, some at once; returns how many. Needs a
/// transaction: what was found is locked first and looked at again then, because a step may have
/// named one of them meanwhile.
pub async fn forget_unneeded(conn: &mut PgConnection) -> Result<u64> {
    let doing = "deleting messages of no talk";
    let found = sqlx::query!(
        "SELECT m.workspace_id, m.hash
           FROM agent_messages m
          WHERE m.made_at < engine_now() - interval '1 day'
            AND NOT EXISTS (SELECT FROM agent_talk t
                             WHERE t.workspace_id = m.workspace_id AND t.hash = m.hash)
          ORDER BY m.workspace_id, m.hash
          LIMIT $1
            FOR UPDATE SKIP LOCKED",
        COLLECTED_AT_ONCE
    )
    .all(conn, doing)
    .await?;
    columns!(found, |m| {
        workspaces: m.workspace_id,
        hashes: m.hash,
    });
    sqlx::query!(
        "DELETE FROM agent_messages m
          USING UNNEST($1::uuid[], $2::bytea[]) AS u (workspace_id, hash)
          WHERE m.workspace_id = u.workspace_id AND m.hash = u.hash
            AND NOT EXISTS (SELECT FROM agent_talk t
                             WHERE t.workspace_id = m.workspace_id AND t.hash = m.hash)",
        &workspaces,
        &hashes
    )
    .count_changed(conn, doing)
    .await
}
