//! Group commit: inputs that arrive while a transaction is under way share the next one.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use model::id::ExecutionId;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{
    advance::{Advance, Answer, Answers, Input, Inputs},
    left_alone::LeftAlone,
};
use crate::error::EngineError;

/// Inputs that one transaction takes at most.
const BATCH: usize = 64;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(5);

/// Why inputs were not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwritten {
    /// They never can be; the log says why.
    Impossible,
    /// The process stops before the database is back: whoever comes next finds what is to be done.
    Stopping,
}

/// Answers in the order of the inputs.
pub type Written = Result<Vec<Answer>, Unwritten>;

type Reply = oneshot::Sender<Written>;

struct Request {
    execution: ExecutionId,
    inputs: Vec<Input>,
    reply: Reply,
}

/// Hands inputs to the tasks that write them.
#[derive(Clone)]
pub struct Writer {
    lanes: Arc<[mpsc::UnboundedSender<Request>]>,
    left_alone: Arc<LeftAlone>,
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
        Self { lanes: (0..lanes.max(1)).map(lane).collect(), left_alone: Arc::default() }
    }

    /// Takes inputs of one execution in; waits out a database that is away.
    ///
    /// # Errors
    /// When they cannot be written at all, or not before the process stops.
    pub async fn write(&self, execution: ExecutionId, inputs: Vec<Input>) -> Written {
        let (reply, answer) = oneshot::channel();
        let lane = execution.0.as_u128() as usize % self.lanes.len();
        let request = Request { execution, inputs, reply };
        let sent = self.lanes.get(lane).is_some_and(|lane| lane.send(request).is_ok());
        if !sent {
            return Err(Unwritten::Stopping);
        }
        answer.await.unwrap_or(Err(Unwritten::Stopping))
    }

    /// The same for what is tried again and again without anybody to see it fail: an execution for which
    /// it is impossible is left alone for a while.
    ///
    /// # Errors
    /// As [`Writer::write`], and while the execution is left alone.
    pub async fn try_write(&self, execution: ExecutionId, inputs: Vec<Input>) -> Written {
        if self.left_alone().contains(&execution) {
            return Err(Unwritten::Impossible);
        }
        let written = self.write(execution, inputs).await;
        if matches!(written, Err(Unwritten::Impossible)) {
            self.left_alone.leave(execution, Instant::now());
        }
        written
    }

    /// Executions for which there is no use in [trying](Writer::try_write) now.
    pub fn left_alone(&self) -> Vec<ExecutionId> {
        self.left_alone.all(Instant::now())
    }
}

async fn write(
    advance: Arc<Advance>,
    mut requests: mpsc::UnboundedReceiver<Request>,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        // Those that ended at the same moment are about to ask: they share the commit.
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
    let (work, replies) = by_execution(batch);
    let (mut answers, failure) = advance.run_together(&work).await;
    let mut unwritten = match failure {
        Some(error) => one_by_one(advance, &work, &mut answers, error, stop).await,
        None => BTreeMap::new(),
    };
    for ((execution, _), replies) in work.iter().zip(replies) {
        let why = unwritten.remove(execution);
        let mut answers = answers.remove(execution).unwrap_or_default().into_iter();
        for (count, reply) in replies {
            let part = answers.by_ref().take(count).collect();
            // Whoever asked may be gone: what it asked for is done all the same.
            reply.send(why.map_or(Ok(part), Err)).ok();
        }
    }
}

/// One execution's trouble must not hold up the others: after a failure each that has no answer is
/// written alone.
async fn one_by_one(
    advance: &Advance,
    work: &[Inputs],
    answers: &mut Answers,
    error: EngineError,
    stop: &CancellationToken,
) -> BTreeMap<ExecutionId, Unwritten> {
    tracing::warn!(
        error = &error as &dyn std::error::Error,
        "a shared commit failed; writing one by one"
    );
    let mut unwritten = BTreeMap::new();
    for one in work {
        if answers.contains_key(&one.0) {
            continue;
        }
        match until_written(advance, one, stop).await {
            Ok(its) => drop(answers.insert(one.0, its)),
            Err(why) => drop(unwritten.insert(one.0, why)),
        }
    }
    unwritten
}

async fn until_written(advance: &Advance, one: &Inputs, stop: &CancellationToken) -> Written {
    let (mut delay, mut without_room) = (RETRY_FIRST, None);
    loop {
        match advance.run(one).await {
            Ok(answers) => return Ok(answers),
            Err(error) => {
                let error_value = &error as &dyn std::error::Error;
                if !error.may_pass() {
                    tracing::error!(error = error_value, execution = %one.0, "writing is impossible");
                    return Err(Unwritten::Impossible);
                }
                tracing::warn!(error = error_value, execution = %one.0, "writing failed; trying again");
                if error.is_full() {
                    without_room.get_or_insert_with(|| advance.hub().wait_for_room());
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return Err(Unwritten::Stopping),
            () = tokio::time::sleep(delay) => delay = (delay * 2).min(RETRY_MOST),
        }
    }
}

type Replies = Vec<(usize, Reply)>;

fn by_execution(batch: Vec<Request>) -> (Vec<Inputs>, Vec<Replies>) {
    let mut grouped: BTreeMap<ExecutionId, (Vec<Input>, Replies)> = BTreeMap::new();
    for Request { execution, inputs, reply } in batch {
        let (all, replies) = grouped.entry(execution).or_default();
        replies.push((inputs.len(), reply));
        all.extend(inputs);
    }
    let grouped = grouped.into_iter().map(|(id, (inputs, replies))| ((id, inputs), replies));
    grouped.unzip()
}
