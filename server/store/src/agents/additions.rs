//! Writing what steps of agents add to their talks.

use std::collections::BTreeMap;

use model::{
    agent::talk::Message,
    decide::{Plan, TalkAddition},
};
use sqlx::PgConnection;

use super::messages::{KeptMessage, keep};
use crate::{Statement, error::Result, recorded_at, rows::columns};

/// Writes what the plans add to talks. Needs the plans' transaction.
pub async fn record(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let added: Vec<_> =
        plans.iter().flat_map(|plan| plan.talks.iter().map(move |talk| (plan, talk))).collect();
    if added.is_empty() {
        return Ok(());
    }
    let mut bodies = BTreeMap::new();
    let mut lines = vec![];
    for (plan, talk) in &added {
        for ((turn, message), position) in talk.messages.iter().zip(talk.first..) {
            let kept = KeptMessage::new(message)?;
            let hash = kept.hash;
            bodies.insert((plan.workspace.0, hash), kept);
            let answers = match message {
                Message::Tool { call_id, .. } => Some(call_id.as_str()),
                Message::System { .. } | Message::User { .. } | Message::Assistant { .. } => None,
            };
            lines.push(Line { plan, talk, position, turn: *turn, hash, answers });
        }
    }
    keep(conn, &bodies).await?;
    insert_lines(conn, &lines).await?;
    leave_results(conn, &lines).await?;
    insert_calls(conn, &added).await
}

/// A message at its place in a talk.
struct Line<'a> {
    plan: &'a Plan,
    talk: &'a TalkAddition,
    position: u32,
    turn: u32,
    hash: [u8; 32],
    /// The call of a tool whose result it is.
    answers: Option<&'a str>,
}

async fn insert_lines(conn: &mut PgConnection, lines: &[Line<'_>]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    columns!(lines, |l| {
        workspaces: l.plan.workspace.0,
        executions: l.plan.execution.0,
        jobs: l.talk.job.0,
        generations: l.talk.generation,
        positions: to_int(l.position),
        turns: to_int(l.turn),
        hashes: l.hash.to_vec(),
        ats: recorded_at(l.plan),
    });
    sqlx::query!(
        "INSERT INTO agent_talk (workspace_id, execution_id, job_id, generation, position, turn,
                                 hash, at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::int[], $6::int[],
                              $7::bytea[], $8::timestamptz[])",
        &workspaces,
        &executions,
        &jobs,
        &generations,
        &positions,
        &turns,
        &hashes,
        &ats
    )
    .run(conn, "writing the talk of an agent")
    .await
}

/// Leaves results to the talk, which has them from now on: they are not kept twice.
async fn leave_results(conn: &mut PgConnection, lines: &[Line<'_>]) -> Result<()> {
    let results: Vec<_> = lines.iter().filter_map(|line| Some((line, line.answers?))).collect();
    if results.is_empty() {
        return Ok(());
    }
    columns!(results, |result| {
        executions: result.0.plan.execution.0,
        jobs: result.0.talk.job.0,
        generations: result.0.talk.generation,
        calls: result.1,
        hashes: result.0.hash.to_vec(),
    });
    sqlx::query!(
        "UPDATE mcp_tool_calls c SET result = NULL, said = u.hash
           FROM UNNEST($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::bytea[])
                AS u (execution_id, job_id, generation, call_id, hash)
          WHERE c.execution_id = u.execution_id AND c.job_id = u.job_id
            AND c.generation = u.generation AND c.call_id = u.call_id AND c.state = 'answered'",
        &executions,
        &jobs,
        &generations,
        &calls as _,
        &hashes
    )
    .run(conn, "leaving results to the talk of an agent")
    .await
}

async fn insert_calls(conn: &mut PgConnection, added: &[(&Plan, &TalkAddition)]) -> Result<()> {
    for (plan, talk) in added {
        let Some(call) = &talk.call else { continue };
        sqlx::query!(
            "INSERT INTO agent_calls (workspace_id, execution_id, job_id, generation, turn, node_id,
                                      messages, provider, model, input_tokens, cached_tokens,
                                      output_tokens, cost, took_ms, is_repair, sample, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            plan.workspace.0,
            plan.execution.0,
            talk.job.0,
            talk.generation,
            to_int(call.turn),
            talk.node.as_str(),
            to_int(call.messages),
            call.provider,
            call.model,
            to_bigint(call.input_tokens),
            to_bigint(call.cached_tokens),
            to_bigint(call.output_tokens),
            call.cost_micros,
            to_bigint(call.took_ms),
            call.is_repair,
            call.sample,
            recorded_at(plan)
        )
        .run(conn, "writing a model call of an agent")
        .await?;
    }
    Ok(())
}

fn to_int(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn to_bigint(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
