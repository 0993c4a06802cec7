//! Group commit: inputs that arrive while a transaction is under way share the next one.
//!
//! A database that is away or full stops nobody for good: a write is repeated until it succeeds,
//! and a repeated settlement meets its own fence and is done.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use model::id::ExecutionId;
use store::error::EngineError;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{
    advance::{Advance, Input, InputOutcome, InputOutcomes, Inputs},
    cooldown::Cooldown,
};

/// The most requests that one transaction takes.
const BATCH: usize = 64;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(5);

/// Why inputs were not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteError {
    /// They can never be written; the log says why.
    Impossible,
    /// The process stops before the database is back: other processes find what is to be done.
    Stopping,
}

/// The outcomes in the order of the inputs.
pub type WriteResult = Result<Vec<InputOutcome>, WriteError>;

type Reply = oneshot::Sender<WriteResult>;

struct Request {
    execution: ExecutionId,
    inputs: Vec<Input>,
    reply: Reply,
}

/// Hands inputs to the tasks that write them.
#[derive(Clone)]
pub struct Writer {
    lanes: Arc<[mpsc::UnboundedSender<Request>]>,
    cooldown: Arc<Cooldown>,
}

impl Writer {
    /// Starts `lanes` writing tasks; an execution always uses the same one. They end when the
    /// writer is dropped, or give up retrying when `stop` is cancelled.
    pub fn start(advance: &Arc<Advance>, lanes: usize, stop: &CancellationToken) -> Self {
        let lane = |_| {
            let (sender, receiver) = mpsc::unbounded_channel();
            tokio::spawn(write(advance.clone(), receiver, stop.clone()));
            sender
        };
        Self { lanes: (0..lanes.max(1)).map(lane).collect(), cooldown: Arc::default() }
    }

    /// Takes inputs of one execution in; waits out a database that is away.
    ///
    /// # Errors
    /// When they cannot be written at all, or not before the process stops.
    pub async fn write(&self, execution: ExecutionId, inputs: Vec<Input>) -> WriteResult {
        let (reply, answer) = oneshot::channel();
        let lane = execution.0.as_u128() as usize % self.lanes.len();
        let request = Request { execution, inputs, reply };
        let sent = self.lanes.get(lane).is_some_and(|lane| lane.send(request).is_ok());
        if !sent {
            return Err(WriteError::Stopping);
        }
        answer.await.unwrap_or(Err(WriteError::Stopping))
    }

    /// As [`Writer::write`], for inputs that are tried again and again: an execution for which it
    /// is impossible is not tried again for a while.
    ///
    /// # Errors
    /// As [`Writer::write`], and while the execution's cooldown lasts.
    pub async fn try_write(&self, execution: ExecutionId, inputs: Vec<Input>) -> WriteResult {
        if self.cooling_down().contains(&execution) {
            return Err(WriteError::Impossible);
        }
        let written = self.write(execution, inputs).await;
        if matches!(written, Err(WriteError::Impossible)) {
            self.cooldown.start(execution, Instant::now());
        }
        written
    }

    /// Executions that [`Writer::try_write`] does not try now.
    pub fn cooling_down(&self) -> Vec<ExecutionId> {
        self.cooldown.executions(Instant::now())
    }
}

async fn write(
    advance: Arc<Advance>,
    mut requests: mpsc::UnboundedReceiver<Request>,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        // Jobs that ended at the same moment are about to send their requests: they share the
        // commit.
        tokio::task::yield_now().await;
        while batch.len() < BATCH
            && let Ok(request) = requests.try_recv()
        {
            batch.push(request);
        }
        write_batch(&advance, std::mem::take(&mut batch), &stop).await;
    }
}

async fn write_batch(advance: &Advance, batch: Vec<Request>, stop: &CancellationToken) {
    let (work, replies) = group_by_execution(batch);
    let (mut outcomes, failure) = advance.run_together(&work).await;
    let mut unwritten = match failure {
        Some(error) => write_one_by_one(advance, &work, &mut outcomes, error, stop).await,
        None => BTreeMap::new(),
    };
    for ((execution, _), replies) in work.iter().zip(replies) {
        let why = unwritten.remove(execution);
        let mut outcomes = outcomes.remove(execution).unwrap_or_default().into_iter();
        for (count, reply) in replies {
            let part = outcomes.by_ref().take(count).collect();
            // The requester may be gone: its inputs are written all the same.
            reply.send(why.map_or(Ok(part), Err)).ok();
        }
    }
}

/// Writes each execution that has no outcome yet alone, after a shared commit failed: the trouble
/// of one must not hold up the others.
async fn write_one_by_one(
    advance: &Advance,
    work: &[Inputs],
    outcomes: &mut InputOutcomes,
    error: EngineError,
    stop: &CancellationToken,
) -> BTreeMap<ExecutionId, WriteError> {
    tracing::warn!(
        error = &error as &dyn std::error::Error,
        "a shared commit failed; writing one by one"
    );
    let mut unwritten = BTreeMap::new();
    for one in work {
        if outcomes.contains_key(&one.0) {
            continue;
        }
        match write_with_retries(advance, one, stop).await {
            Ok(own) => drop(outcomes.insert(one.0, own)),
            Err(why) => drop(unwritten.insert(one.0, why)),
        }
    }
    unwritten
}

async fn write_with_retries(
    advance: &Advance,
    one: &Inputs,
    stop: &CancellationToken,
) -> WriteResult {
    let (mut delay, mut without_room) = (RETRY_FIRST, None);
    loop {
        match advance.run(one).await {
            Ok(outcomes) => return Ok(outcomes),
            Err(error) => {
                let error_value = &error as &dyn std::error::Error;
                if !error.may_pass() {
                    tracing::error!(error = error_value, execution = %one.0, "writing is impossible");
                    return Err(WriteError::Impossible);
                }
                tracing::warn!(error = error_value, execution = %one.0, "writing failed; trying again");
                if error.is_full() {
                    without_room.get_or_insert_with(|| advance.bus().note_disk_full());
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return Err(WriteError::Stopping),
            () = tokio::time::sleep(delay) => delay = (delay * 2).min(RETRY_MOST),
        }
    }
}

type Replies = Vec<(usize, Reply)>;

fn group_by_execution(batch: Vec<Request>) -> (Vec<Inputs>, Vec<Replies>) {
    let mut grouped: BTreeMap<ExecutionId, (Vec<Input>, Replies)> = BTreeMap::new();
    for Request { execution, inputs, reply } in batch {
        let (all, replies) = grouped.entry(execution).or_default();
        replies.push((inputs.len(), reply));
        all.extend(inputs);
    }
    let grouped = grouped.into_iter().map(|(id, (inputs, replies))| ((id, inputs), replies));
    grouped.unzip()
}
