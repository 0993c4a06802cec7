//! Retries of failed attempts.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{string_enum::string_enum, unknown_variant::UnknownVariant};

string_enum! {
    /// What failed.
    RetryCause ("cause of a retry") {
        /// No answer came in time.
        Timeout = "timeout",
        /// The other side asked to wait.
        RateLimited = "rate_limited",
        /// The other side failed, or was not reached.
        ServerError = "server_error",
        /// The tool itself refused the call.
        ToolError = "tool_error",
    }
}

/// How often and how soon a failed attempt is retried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RetryPolicy {
    /// Attempts in all, the first included: 1 to 10.
    pub max_attempts: u32,
    /// How the delay grows.
    pub backoff: Backoff,
    /// Delay after the first failure, in milliseconds.
    pub initial_delay_ms: u64,
    /// Longest delay, in milliseconds.
    pub max_delay_ms: u64,
    /// The factor by which an exponential delay grows each time.
    pub multiplier: f64,
    /// How much of the delay is random.
    pub jitter: Jitter,
    /// The only failures that are retried; all that may pass where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<RetryCause>,
}

/// How the delay grows from attempt to attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Backoff {
    /// Multiplied by the multiplier each time.
    #[default]
    Exponential,
    /// Increased by the initial delay each time.
    Linear,
    /// The same delay each time.
    Fixed,
}

/// How much of the delay is random, so that many do not retry at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Jitter {
    /// The second half is random.
    #[default]
    Equal,
    /// All of it is random.
    Full,
    /// None of it is random.
    None,
}

/// What to do where the other side asks for a longer wait than between ordinary attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LongWait {
    /// Wait so many milliseconds.
    For(u64),
    /// Fail: it is longer than the longest wait.
    TooLong,
}

impl RetryCause {
    /// What people read for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Timeout => "Timeouts",
            Self::RateLimited => "Rate limits",
            Self::ServerError => "Server errors",
            Self::ToolError => "Errors of the tool",
        }
    }

    /// The codes of failures that it means.
    fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Timeout => &["timeout"],
            Self::RateLimited => &["rate_limited"],
            Self::ServerError => {
                &["server_error", "provider_unavailable", "unreachable", "connection_broken"]
            }
            Self::ToolError => &["tool_failed"],
        }
    }
}

impl RetryPolicy {
    /// The most attempts of a node, the first included.
    pub const MAX_ATTEMPTS: u32 = 10;
    /// The longest requested wait that counts as an ordinary retry, in milliseconds: ten minutes.
    pub const MAX_RETRY_AFTER_MS: u64 = 600_000;
    /// The longest wait of all, in milliseconds: a week.
    pub const MAX_LONG_WAIT_MS: u64 = 7 * 86_400_000;

    /// Whether no attempt follows this one, counted from 1, where it failed with that code.
    pub fn is_last(&self, attempt: i32, code: &str) -> bool {
        u32::try_from(attempt).unwrap_or(0) >= self.max_attempts || !self.retries(code)
    }

    /// Whether a failure of this code is retried. One of Atelier's own is, whatever was chosen.
    pub fn retries(&self, code: &str) -> bool {
        self.on.is_empty()
            || matches!(code, "internal" | "storage_failed")
            || self.on.iter().any(|cause| cause.codes().contains(&code))
    }

    /// What to do about a requested wait that is longer than for an ordinary retry; none where it
    /// is not. A node with one attempt does not wait.
    pub fn long_wait(&self, retry_after_ms: u64) -> Option<LongWait> {
        if retry_after_ms <= Self::MAX_RETRY_AFTER_MS || self.max_attempts <= 1 {
            return None;
        }
        Some(if retry_after_ms > Self::MAX_LONG_WAIT_MS {
            LongWait::TooLong
        } else {
            LongWait::For(retry_after_ms)
        })
    }

    /// Milliseconds to wait after attempt `failed_attempt` (from 1) failed.
    ///
    /// `unit_random` lies in 0–1. What the other side asked for (`retry_after_ms`) is waited at
    /// least, up to [`Self::MAX_RETRY_AFTER_MS`].
    pub fn delay_ms(
        &self,
        failed_attempt: u32,
        unit_random: f64,
        retry_after_ms: Option<u64>,
    ) -> u64 {
        let delay = self.full_delay(failed_attempt.max(1));
        let chance = unit_random.clamp(0.0, 1.0);
        let chosen = match self.jitter {
            Jitter::Equal => delay / 2.0 + delay / 2.0 * chance,
            Jitter::Full => delay * chance,
            Jitter::None => delay,
        };
        let asked = retry_after_ms.unwrap_or(0).min(Self::MAX_RETRY_AFTER_MS);
        whole_ms(chosen).max(asked)
    }

    fn full_delay(&self, failed_attempt: u32) -> f64 {
        let (first, most) = (ms(self.initial_delay_ms), ms(self.max_delay_ms));
        let grown = match self.backoff {
            Backoff::Exponential => {
                let times = i32::try_from(failed_attempt - 1).unwrap_or(i32::MAX);
                first * self.multiplier.max(1.0).powi(times)
            }
            Backoff::Linear => first * f64::from(failed_attempt),
            Backoff::Fixed => first,
        };
        if grown.is_nan() { most } else { grown.min(most) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "delays are far below 2^52 ms")]
fn ms(whole: u64) -> f64 {
    whole as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a delay is finite, not negative and capped"
)]
fn whole_ms(delay: f64) -> u64 {
    delay.round() as u64
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            backoff: Backoff::Exponential,
            initial_delay_ms: 1000,
            max_delay_ms: 60_000,
            multiplier: 2.0,
            jitter: Jitter::Equal,
            on: vec![],
        }
    }
}
