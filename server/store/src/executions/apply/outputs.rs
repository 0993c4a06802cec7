//! Writes what jobs made: images, documents, attachments, artifacts, and what was paid.

use std::collections::BTreeMap;

use model::{
    decide::{ArtifactOut, ArtifactOutBody, ImageOut, Plan, RecordedOutput},
    execution::event::Charge,
    id::{ExecutionId, WorkspaceId},
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    notices::budgets,
    recorded_at,
    rows::columns,
};

/// Records everything the plans' jobs made.
pub async fn record(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    if plans.iter().any(|plan| !plan.charges.is_empty()) {
        add_to_ledger(conn, plans).await?;
        note_budgets(conn, plans).await?;
    }
    let outputs: Vec<PlannedOutput> = plans
        .iter()
        .flat_map(|plan| plan.outputs.iter().map(move |output| PlannedOutput { plan, output }))
        .collect();
    if outputs.is_empty() {
        return Ok(());
    }
    insert_images(conn, &outputs).await?;
    insert_documents(conn, &outputs).await?;
    insert_attachments(conn, &outputs).await?;
    insert_external_refs(conn, &outputs).await?;
    supersede_artifacts(conn, &outputs).await?;
    insert_artifacts(conn, &outputs).await
}

/// An output with the plan that records it.
struct PlannedOutput<'a> {
    plan: &'a Plan,
    output: &'a RecordedOutput,
}

impl PlannedOutput<'_> {
    /// Whether the output has no later version of the artifact's port.
    fn is_latest(&self, artifact: &ArtifactOut, version: i32) -> bool {
        let mut all = self.output.output.artifacts.iter().zip(&self.output.versions);
        !all.any(|(other, later)| other.port == artifact.port && *later > version)
    }
}

fn images<'a>(
    outputs: &'a [PlannedOutput<'a>],
) -> Vec<(&'a PlannedOutput<'a>, &'a ArtifactOut, &'a ImageOut)> {
    let images = outputs.iter().flat_map(|made| {
        made.output.output.artifacts.iter().filter_map(move |artifact| match &artifact.body {
            ArtifactOutBody::Image(image) => Some((made, artifact, image)),
            ArtifactOutBody::Text(_) | ArtifactOutBody::Json(_) | ArtifactOutBody::Known { .. } => {
                None
            }
        })
    });
    images.collect()
}

async fn insert_images(conn: &mut PgConnection, outputs: &[PlannedOutput<'_>]) -> Result<()> {
    let images = images(outputs);
    if images.is_empty() {
        return Ok(());
    }
    columns!(&images, |i| {
        ids: i.2.id.0,
        executions: i.0.plan.execution.0,
        digests: i.2.digest.as_str(),
        kinds: i.2.media_type.as_str(),
        sizes: i.2.bytes,
        widths: i32::try_from(i.2.width).unwrap_or(i32::MAX),
        heights: i32::try_from(i.2.height).unwrap_or(i32::MAX),
        alts: i.2.alt.as_str(),
        samples: i.1.sample,
        nodes: i.0.output.node.as_str(),
        jobs: i.0.output.job.0,
        ats: recorded_at(i.0.plan),
    });
    sqlx::query_file!(
        "sql/record_images.sql",
        &ids,
        &executions,
        &digests as _,
        &kinds as _,
        &sizes,
        &widths,
        &heights,
        &alts as _,
        &samples,
        &nodes as _,
        &jobs,
        &ats,
    )
    .execute(conn)
    .await
    .doing("recording pictures")?;
    Ok(())
}

async fn insert_documents(conn: &mut PgConnection, outputs: &[PlannedOutput<'_>]) -> Result<()> {
    let documents: Vec<_> = outputs
        .iter()
        .flat_map(|m| m.output.output.documents.iter().map(move |d| (m, d)))
        .collect();
    if documents.is_empty() {
        return Ok(());
    }
    columns!(&documents, |d| {
        ids: d.1.id.0,
        executions: d.0.plan.execution.0,
        titles: d.1.title.as_str(),
        contents: d.1.content.as_str(),
        statuses: d.1.status.as_str(),
        samples: d.1.sample,
        nodes: d.0.output.node.as_str(),
        jobs: d.0.output.job.0,
        ats: recorded_at(d.0.plan),
    });
    sqlx::query!(
        "INSERT INTO documents (id, workspace_id, project_id, title, content, status, sample,
                                execution_id, node_id, origin_job, created_by, created_at,
                                updated_at, aside)
         SELECT u.id, e.workspace_id, e.project_id, u.title, u.content, u.status, u.sample,
                e.id, u.node_id, u.job_id, e.user_id, u.at, u.at,
                -- Also what a workflow wrote that a test run has called.
                CASE WHEN EXISTS (
                     WITH RECURSIVE line AS (
                         SELECT e.trigger, e.parent_execution_id
                          UNION ALL
                         SELECT p.trigger, p.parent_execution_id
                           FROM line
                           JOIN workflow_executions p ON p.id = line.parent_execution_id
                     )
                     SELECT FROM line WHERE line.trigger = 'test') THEN 'test' END
           FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bool[],
                       $7::text[], $8::uuid[], $9::timestamptz[])
                AS u (id, execution_id, title, content, status, sample, node_id, job_id, at)
           JOIN workflow_executions e ON e.id = u.execution_id",
        &ids,
        &executions,
        &titles as _,
        &contents as _,
        &statuses as _,
        &samples,
        &nodes as _,
        &jobs,
        &ats,
    )
    .execute(conn)
    .await
    .doing("recording documents")?;
    Ok(())
}

async fn insert_attachments(conn: &mut PgConnection, outputs: &[PlannedOutput<'_>]) -> Result<()> {
    let attachments: Vec<_> = outputs
        .iter()
        .flat_map(|m| m.output.output.attachments.iter().map(move |a| (m, a)))
        .collect();
    if attachments.is_empty() {
        return Ok(());
    }
    columns!(&attachments, |a| {
        ids: Uuid::now_v7(),
        executions: a.0.plan.execution.0,
        documents: a.1.document.0,
        images: a.1.image.0,
        primaries: a.1.primary,
        orders: a.1.order,
        ats: recorded_at(a.0.plan),
    });
    // A document or image that was deleted meanwhile has nothing to attach.
    sqlx::query!(
        "INSERT INTO document_attachments (id, workspace_id, document_id, image_id, is_primary,
                                           attachment_order, created_by_workflow_id, created_at)
         SELECT u.id, e.workspace_id, d.id, i.id, u.is_primary, u.attachment_order, e.id, u.at
           FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bool[], $6::int[],
                       $7::timestamptz[])
                AS u (id, execution_id, document_id, image_id, is_primary, attachment_order, at)
           JOIN workflow_executions e ON e.id = u.execution_id
           JOIN documents d ON d.workspace_id = e.workspace_id AND d.id = u.document_id
           JOIN images i ON i.workspace_id = e.workspace_id AND i.id = u.image_id
             ON CONFLICT ON CONSTRAINT attachment_pair DO NOTHING",
        &ids,
        &executions,
        &documents,
        &images,
        &primaries,
        &orders,
        &ats,
    )
    .execute(conn)
    .await
    .doing("recording attachments")?;
    Ok(())
}

/// Links executions to what results of their jobs name in other systems. What people have said
/// before of the same thing stays. An execution that has 200 already, as many as are read, is linked
/// to no more.
async fn insert_external_refs(
    conn: &mut PgConnection,
    outputs: &[PlannedOutput<'_>],
) -> Result<()> {
    let refs = outputs.iter().flat_map(|m| m.output.external_refs.iter().map(move |one| (m, one)));
    let refs: Vec<_> = refs.collect();
    if refs.is_empty() {
        return Ok(());
    }
    columns!(&refs, |r| {
        workspaces: r.0.plan.workspace.0,
        executions: r.0.plan.execution.0,
        kinds: r.1.kind.as_str(),
        ids: r.1.id.as_str(),
        addresses: r.1.address.as_deref(),
        jobs: r.0.output.job.0,
        ats: recorded_at(r.0.plan),
    });
    sqlx::query!(
        "INSERT INTO execution_external_refs AS known
                (workspace_id, execution_id, kind, ref_id, address, job_id, created_at)
         SELECT DISTINCT ON (u.execution_id, u.kind, u.ref_id)
                u.workspace_id, u.execution_id, u.kind, u.ref_id, u.address, u.job_id, u.at
           FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[],
                       $7::timestamptz[])
                AS u (workspace_id, execution_id, kind, ref_id, address, job_id, at)
          WHERE (SELECT count(*) FROM execution_external_refs r
                  WHERE r.execution_id = u.execution_id) < 200
          ORDER BY u.execution_id, u.kind, u.ref_id, u.address NULLS LAST
             ON CONFLICT (execution_id, kind, ref_id) DO UPDATE
            SET address = coalesce(known.address, excluded.address)",
        &workspaces,
        &executions,
        &kinds as _,
        &ids as _,
        &addresses as _,
        &jobs,
        &ats,
    )
    .execute(conn)
    .await
    .doing("recording external references")?;
    Ok(())
}

/// The content of an artifact; null for an image.
fn content(body: &ArtifactOutBody) -> Value {
    match body {
        ArtifactOutBody::Text(text) => Value::String(text.clone()),
        ArtifactOutBody::Json(json) => json.clone(),
        ArtifactOutBody::Image(_) | ArtifactOutBody::Known { .. } => Value::Null,
    }
}

fn image_id(body: &ArtifactOutBody) -> Option<Uuid> {
    match body {
        ArtifactOutBody::Image(image) => Some(image.id.0),
        ArtifactOutBody::Known { image, .. } => Some(image.0),
        ArtifactOutBody::Text(_) | ArtifactOutBody::Json(_) => None,
    }
}

/// Unmarks versions that are no longer the latest, before their successors are inserted: at most
/// one version of an output is the latest at any moment. Lists leave their documents out from then
/// on, unless a person has changed them.
async fn supersede_artifacts(conn: &mut PgConnection, outputs: &[PlannedOutput<'_>]) -> Result<()> {
    let artifacts = outputs.iter().flat_map(|m| {
        m.output.output.artifacts.iter().zip(&m.output.versions).map(move |a| (m, a))
    });
    let superseding: Vec<_> = artifacts.filter(|(_, (_, version))| **version > 1).collect();
    if superseding.is_empty() {
        return Ok(());
    }
    columns!(&superseding, |a| {
        executions: a.0.plan.execution.0,
        nodes: a.0.output.node.as_str(),
        items: a.0.output.item,
        ports: a.1.0.port.as_str(),
    });
    sqlx::query!(
        "WITH superseded AS (
             UPDATE artifacts a
                SET is_latest = false
               FROM UNNEST($1::uuid[], $2::text[], $3::int[], $4::text[])
                    AS u (execution_id, node_id, item, port)
              WHERE a.is_latest
                AND (a.execution_id, a.node_id, a.item, a.port)
                  = (u.execution_id, u.node_id, u.item, u.port)
          RETURNING a.execution_id, a.job_id
         )
         UPDATE documents d
            SET aside = 'superseded'
           FROM superseded s
          WHERE d.execution_id = s.execution_id AND d.origin_job = s.job_id
            AND d.aside IS NULL AND d.revision = 1",
        &executions,
        &nodes as _,
        &items,
        &ports as _,
    )
    .execute(conn)
    .await
    .doing("superseding versions")?;
    Ok(())
}

async fn insert_artifacts(conn: &mut PgConnection, outputs: &[PlannedOutput<'_>]) -> Result<()> {
    let artifacts: Vec<_> = outputs
        .iter()
        .flat_map(|m| m.output.output.artifacts.iter().zip(&m.output.versions).map(move |a| (m, a)))
        .collect();
    if artifacts.is_empty() {
        return Ok(());
    }
    columns!(&artifacts, |a| {
        ids: a.1.0.id.0,
        workspaces: a.0.plan.workspace.0,
        executions: a.0.plan.execution.0,
        nodes: a.0.output.node.as_str(),
        items: a.0.output.item,
        ports: a.1.0.port.as_str(),
        versions: *a.1.1,
        contents: content(&a.1.0.body),
        images: image_id(&a.1.0.body),
        inputs: a.1.0.inputs.clone(),
        providers: a.1.0.provider.as_str(),
        models: a.1.0.model.as_str(),
        samples: a.1.0.sample,
        jobs: a.0.output.job.0,
        ats: recorded_at(a.0.plan),
        latest: a.0.is_latest(a.1.0, *a.1.1),
    });
    sqlx::query_file!(
        "sql/record_artifacts.sql",
        &ids,
        &workspaces,
        &executions,
        &nodes as _,
        &items,
        &ports as _,
        &versions,
        &contents,
        &images as _,
        &inputs,
        &providers as _,
        &models as _,
        &samples,
        &jobs,
        &ats,
        &latest,
    )
    .execute(conn)
    .await
    .doing("recording versions")?;
    Ok(())
}

/// Has those told of it whose budgets of the month the plans have nearly or wholly spent.
async fn note_budgets(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let is_paid =
        |charge: &Charge| !charge.sample && charge.cost_micros.is_some_and(|cost| cost > 0);
    let has_paid = |plan: &&Plan| plan.charges.iter().any(|(_, charge)| is_paid(charge));
    let mut paying = BTreeMap::<WorkspaceId, Vec<ExecutionId>>::new();
    for plan in plans.iter().filter(has_paid) {
        paying.entry(plan.workspace).or_default().push(plan.execution);
    }
    for (workspace, executions) in paying {
        budgets::note_spent(conn, workspace, &executions, 0).await?;
    }
    Ok(())
}

async fn add_to_ledger(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let charges: Vec<_> = plans
        .iter()
        .flat_map(|p| p.charges.iter().map(move |(job, charge)| (p, job, charge)))
        .collect();
    columns!(&charges, |c| {
        workspaces: c.0.workspace.0,
        executions: c.0.execution.0,
        jobs: c.1.0,
        providers: c.2.provider.as_str(),
        models: c.2.model.as_str(),
        inputs: c.2.input_tokens,
        outputs: c.2.output_tokens,
        costs: c.2.cost_micros,
        samples: c.2.sample,
        estimates: c.2.estimated,
    });
    sqlx::query!(
        "INSERT INTO spend_ledger (workspace_id, execution_id, job_id, at, provider, model,
                                   input_tokens, output_tokens, cost, sample, estimated)
         SELECT u.workspace_id, u.execution_id, u.job_id, engine_now(), u.provider, u.model,
                u.input_tokens, u.output_tokens, u.cost, u.sample, u.estimated
           FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[],
                       $7::bigint[], $8::bigint[], $9::bool[], $10::bool[])
                AS u (workspace_id, execution_id, job_id, provider, model, input_tokens,
                      output_tokens, cost, sample, estimated)",
        &workspaces,
        &executions,
        &jobs,
        &providers as _,
        &models as _,
        &inputs,
        &outputs,
        &costs as _,
        &samples,
        &estimates,
    )
    .execute(conn)
    .await
    .doing("adding to the ledger")?;
    Ok(())
}
