//! How notices are sent: again and again until they have arrived, for three days.

use std::{fmt, str::FromStr, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::webhook::WebhookView;
use crate::{
    id::DeliveryId,
    preferences::NoticeKind,
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
    time::Timestamp,
};

/// The pause after the first attempt that fails.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 3600);

string_enum! {
    /// The way a delivery goes.
    DeliveryChannel ("delivery method") {
        /// By mail.
        Mail = "mail",
        /// To a webhook.
        Webhook = "webhook",
    }
}

string_enum! {
    /// Where a delivery stands.
    DeliveryState ("state of a delivery") {
        /// It is sent, or sent again, when its time comes.
        Waiting = "waiting",
        /// The other side has taken it.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
    }
}

/// How long to wait after so many attempts that failed: each pause is three times the one before.
pub fn retry_pause(attempts: u32) -> Duration {
    let factor = 3_u32.saturating_pow(attempts.saturating_sub(1).min(10));
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}

/// A delivery as admins see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryView {
    /// The message's id, the same in each attempt.
    pub id: DeliveryId,
    /// What it tells of.
    pub kind: NoticeKind,
    /// The same in words.
    pub title: String,
    /// Who is told: a person's name, an address, or a webhook's name.
    pub receiver: String,
    /// The way it goes.
    pub channel: DeliveryChannel,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i32,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// When it is tried next, while it waits.
    pub next_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// What the settings page of notices shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticesPage {
    /// The address that mails come from; none where this server sends none.
    pub mail_from: Option<String>,
    /// The workspace's webhooks by name.
    pub webhooks: Vec<WebhookView>,
    /// The latest deliveries, the newest first.
    pub deliveries: Vec<DeliveryView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_six_hours_and_fill_three_days_in_few_attempts() {
        assert_eq!(retry_pause(1), Duration::from_secs(30));
        assert_eq!(retry_pause(3), Duration::from_secs(270));
        assert_eq!(retry_pause(u32::MAX), LONGEST_PAUSE);
        let mut spent = Duration::ZERO;
        let attempts = (1..).take_while(|attempt| {
            spent += retry_pause(*attempt);
            spent < Duration::from_secs(3 * 24 * 3600)
        });
        assert!((10..25).contains(&attempts.count()));
    }
}
