//! What is known of the request fields that servers accept: in memory, and kept for other processes.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use serde_json::Value;

use super::capabilities::Capabilities;

/// Entries the cache holds, at most; a full cache is emptied and learnt anew.
const MOST_REMEMBERED: usize = 1_000;
/// How long a process may go on with what another one has forgotten.
const FRESH: Duration = Duration::from_secs(300);

/// A failure of what keeps it.
pub type KeepError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps what was learnt of servers for other processes.
#[async_trait]
pub trait KeepCapabilities: fmt::Debug + Send + Sync {
    /// All that is kept: server address, model and capabilities.
    async fn load(&self) -> Result<Vec<(String, String, Value)>, KeepError>;

    /// Keeps what is known of a model now.
    async fn keep(&self, server: &str, model: &str, known: &Value) -> Result<(), KeepError>;
}

/// Capabilities by server address and model; clones share one cache.
#[derive(Debug, Clone, Default)]
pub struct CapabilityCache {
    learnt: Arc<Mutex<Learnt>>,
    /// Where they outlive the process; none keeps them in memory only.
    kept_in: Arc<OnceLock<Arc<dyn KeepCapabilities>>>,
}

#[derive(Debug, Default)]
struct Learnt {
    entries: HashMap<(String, String), Capabilities>,
    /// When what all processes have learnt was read last.
    read_at: Option<Instant>,
}

impl CapabilityCache {
    /// Reads what earlier processes have learnt, and keeps there what is learnt from now on. What
    /// another release has written and this one cannot read is learnt anew.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn keep_in(&self, kept: Arc<dyn KeepCapabilities>) -> Result<(), KeepError> {
        self.read(&*kept).await?;
        self.kept_in.get_or_init(|| kept);
        Ok(())
    }

    /// Replaces what is known here by what is kept.
    async fn read(&self, kept: &dyn KeepCapabilities) -> Result<(), KeepError> {
        let kept = kept.load().await?.into_iter();
        let kept = kept.filter_map(|(server, model, known)| {
            Some(((server, model), serde_json::from_value(known).ok()?))
        });
        let learnt = Learnt { entries: kept.collect(), read_at: Some(Instant::now()) };
        *self.lock() = learnt;
        Ok(())
    }

    /// Reads again what is kept where that was not done for a while: another process may have
    /// forgotten some of it.
    pub(super) async fn refresh(&self) {
        let Some(kept) = self.kept_in.get() else { return };
        {
            let mut learnt = self.lock();
            if learnt.read_at.is_some_and(|read| read.elapsed() < FRESH) {
                return;
            }
            // The calls beside this one need not read it, too.
            learnt.read_at = Some(Instant::now());
        }
        if let Err(error) = self.read(&**kept).await {
            let error = &*error as &dyn std::error::Error;
            tracing::warn!(error, "what servers accept is not read again");
        }
    }

    /// Forgets in this process what the models of this server have refused.
    pub fn forget(&self, server: &str) {
        self.lock().entries.retain(|(of, _), _| of != server);
    }

    /// Replaces what is known of this server by what a trial of it has learnt.
    pub async fn replace(&self, server: &str, trial: &Self) {
        self.forget(server);
        let learnt = trial.lock().entries.clone();
        for ((_, model), capabilities) in learnt {
            self.insert(server, &model, capabilities).await;
        }
    }

    /// The capabilities of a model of the server at this address; the default where none are known.
    pub fn get(&self, server: &str, model: &str) -> Capabilities {
        let entries = &self.lock().entries;
        entries.get(&(server.to_owned(), model.to_owned())).cloned().unwrap_or_default()
    }

    /// Replaces what is known of this model.
    pub(super) async fn insert(&self, server: &str, model: &str, capabilities: Capabilities) {
        let known = serde_json::to_value(&capabilities);
        let is_guess = capabilities.is_guess;
        self.remember(server, model, capabilities);
        let (Some(kept), Ok(known), false) = (self.kept_in.get(), known, is_guess) else { return };
        if let Err(error) = kept.keep(server, model, &known).await {
            // This process knows it; another one learns it again.
            let error = &*error as &dyn std::error::Error;
            tracing::warn!(error, "what a server accepts is not kept");
        }
    }

    /// Remembers it in this process; a full cache is emptied first.
    fn remember(&self, server: &str, model: &str, capabilities: Capabilities) {
        let entries = &mut self.lock().entries;
        if entries.len() >= MOST_REMEMBERED {
            entries.clear();
        }
        entries.insert((server.to_owned(), model.to_owned()), capabilities);
    }

    fn lock(&self) -> MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
