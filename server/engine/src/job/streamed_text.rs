//! Streams the text of an attempt: small batches to subscribers, and once a second a copy in the
//! database.
//!
//! Neither is an event: only the text of the settled output counts.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::{
    id::{ExecutionId, JobId},
    stream::TextPiece,
};
use sqlx::PgPool;
use store::{
    error::{Doing, EngineError, Result},
    executions,
};
use tokio::sync::oneshot;

const BATCH_EVERY: Duration = Duration::from_millis(100);
/// How many batches are sent between two copies.
const KEEP_EVERY: u32 = 10;
/// The most characters of a [`TextPiece`]: a notification holds 8,000 bytes, and JSON may take six
/// for a character.
const PIECE_CHARS: usize = 1_200;

/// The growing text of one attempt. Dropping it sends what was not sent yet and ends the stream.
pub struct StreamedText {
    text: Arc<Mutex<String>>,
    _ends: oneshot::Sender<()>,
}

impl StreamedText {
    /// Starts an empty text; by its new fence subscribers clear the text of an earlier attempt.
    pub fn start(pool: PgPool, execution: ExecutionId, job: JobId, fence: i64) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let sender = Sender { pool, execution, job, fence, sent: 0 };
        let (ends, ended) = oneshot::channel();
        tokio::spawn(sender.run(text.clone(), ended));
        Self { text, _ends: ends }
    }

    /// Appends text that has just arrived.
    pub fn push(&self, piece: &str) {
        lock(&self.text).push_str(piece);
    }
}

struct Sender {
    pool: PgPool,
    execution: ExecutionId,
    job: JobId,
    fence: i64,
    /// Characters already sent.
    sent: usize,
}

impl Sender {
    async fn run(mut self, text: Arc<Mutex<String>>, mut ended: oneshot::Receiver<()>) {
        let mut kept = 0;
        for batch in 1_u32.. {
            let goes_on = tokio::time::timeout(BATCH_EVERY, &mut ended).await.is_err();
            // A text of which nothing was sent yet comes as a whole with the settled output.
            if !goes_on && self.sent == 0 {
                return;
            }
            let now = lock(&text).clone();
            let kept_now = now.len();
            let due = goes_on && batch % KEEP_EVERY == 0 && kept_now > kept;
            let keep = due.then_some(now.as_str());
            if let Err(error) = self.send(&now, keep).await {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "streamed text was not sent"
                );
            } else if keep.is_some() {
                kept = kept_now;
            }
            if !goes_on {
                return;
            }
        }
    }

    async fn send(&mut self, all: &str, keep: Option<&str>) -> Result<()> {
        let fresh: Vec<char> = all.chars().skip(self.sent).collect();
        if fresh.is_empty() && keep.is_none() {
            return Ok(());
        }
        let mut conn = self.pool.acquire().await.doing("opening a connection to stream text")?;
        for piece in fresh.chunks(PIECE_CHARS) {
            let notice = TextPiece {
                execution: self.execution,
                job: self.job,
                fence: self.fence,
                offset: self.sent,
                text: piece.iter().collect(),
            };
            self.sent += piece.len();
            let notice = serde_json::to_string(&notice)
                .map_err(|error| EngineError::internal("writing a notice", error))?;
            executions::notify_text(&mut conn, &notice).await?;
        }
        match keep {
            Some(keep) => executions::keep_partial(&mut conn, self.job, self.fence, keep).await,
            None => Ok(()),
        }
    }
}

fn lock(text: &Mutex<String>) -> std::sync::MutexGuard<'_, String> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}
