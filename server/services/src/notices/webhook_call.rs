//! The calls of webhooks: a message as Slack takes it, or JSON signed after Standard Webhooks.
//!
//! The receiver of JSON proves that it is ours by `webhook-signature`: `v1,` and the base64 of the
//! HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` under the bytes in its key
//! `whsec_<base64>`. The id is the same in each attempt. The header `atelier-audit-head` has number and
//! hash of the last line of the workspace's audit log.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use model::{
    id::{DeliveryId, WorkspaceId},
    notice::{message::NoticeMessage, webhook::WebhookKind},
    preferences::NoticeKind,
    time::Timestamp,
};
use outside::outbound::{Limits, Method, OutboundClient, OutboundRequest, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;
use store::audit::ChainHead;
use url::Url;
use vault::secret::{Redactor, Secret};

/// What a key begins with.
const KEY_PREFIX: &str = "whsec_";
const KEY_BYTES: usize = 32;
/// How long a call may take.
const LIMIT: Duration = Duration::from_secs(15);
/// How much of an answer that refuses is kept, in characters.
const MOST_SAID: usize = 200;

/// What is sealed of a webhook.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct WebhookAccess {
    /// The address that is called.
    pub(super) url: String,
    /// The key by which calls are signed; none where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
}

/// What is told in a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct WebhookNews<'a> {
    /// The message's id.
    pub(super) id: DeliveryId,
    /// Where it happened.
    pub(super) workspace: WorkspaceId,
    /// What kind of thing; none for a test.
    pub(super) kind: Option<NoticeKind>,
    /// The last line of the workspace's audit log, so that its end cannot be cut unseen.
    pub(super) audit_head: Option<&'a ChainHead>,
    /// The same in words.
    pub(super) message: &'a NoticeMessage,
    /// Where that leads, as a whole address.
    pub(super) address: &'a str,
    /// When it happened.
    pub(super) at: Timestamp,
    /// What the clock says now.
    pub(super) now: Timestamp,
}

/// A fresh key.
pub(super) fn new_key() -> String {
    format!("{KEY_PREFIX}{}", STANDARD.encode(rand::random::<[u8; KEY_BYTES]>()))
}

/// Calls a webhook.
///
/// # Errors
/// In words: it is not reached, may not be called, or answers otherwise than with success. What it
/// says is repeated without its address and key.
pub(super) async fn call(
    client: &OutboundClient,
    kind: WebhookKind,
    access: &WebhookAccess,
    news: WebhookNews<'_>,
) -> Result<(), String> {
    let url = Url::parse(&access.url).map_err(|error| format!("its URL isn't valid: {error}"))?;
    let mut secrets =
        vec![Secret::new(url.path()), Secret::new(access.key.clone().unwrap_or_default())];
    secrets.extend(url.path_segments().into_iter().flatten().map(Secret::new));
    secrets.extend(url.query_pairs().map(|(_, value)| Secret::new(value)));
    let request = request(kind, url, access, news).map_err(|refusal| refusal.to_string())?;
    // Its address may open something, and a redirect would carry what is told elsewhere.
    let limits = Limits::default().within(LIMIT);
    let answer = client.send(request.limits(limits).without_redirects()).await;
    let mut answer = answer.map_err(|error| error.to_string())?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let said = answer.chunk().await.ok().flatten().unwrap_or_default();
    let said = Redactor::new(&secrets).clean_line(&String::from_utf8_lossy(&said), MOST_SAID);
    let words = if status.is_redirection() {
        format!("it answered with a redirect ({status}), which Atelier doesn't follow")
    } else {
        format!("it answered {status}")
    };
    Err(if said.is_empty() { words } else { format!("{words}: {said}") })
}

fn request(
    kind: WebhookKind,
    url: Url,
    access: &WebhookAccess,
    news: WebhookNews<'_>,
) -> Result<OutboundRequest, Refusal> {
    let NoticeMessage { title, text, action, .. } = news.message;
    match kind {
        WebhookKind::Slack => {
            let text = format!(
                "*{}*\n{}\n<{}|{}>",
                slack(title),
                slack(text),
                news.address,
                slack(action)
            );
            Ok(OutboundRequest::post_json(url, &json!({ "text": text })))
        }
        WebhookKind::Generic => {
            let body = json!({
                "type": event_type(news.kind),
                "timestamp": news.at.to_iso8601(),
                "data": {
                    "workspace_id": news.workspace,
                    "title": title,
                    "text": text,
                    "url": news.address,
                },
            })
            .to_string();
            let (id, second) = (news.id.to_string(), news.now.0.div_euclid(1_000).to_string());
            let signature = sign(access.key.as_deref().unwrap_or_default(), &id, &second, &body);
            let head = news.audit_head.map(|head| format!("{} {}", head.line, head.hash));
            OutboundRequest::new(Method::POST, url)
                .header("content-type", "application/json")?
                .header("atelier-audit-head", &head.unwrap_or_default())?
                .header("webhook-id", &id)?
                .header("webhook-timestamp", &second)?
                .header("webhook-signature", &signature)
                .map(|request| request.body(body))
        }
    }
}

/// The name of a kind of news in the JSON that other systems read.
fn event_type(kind: Option<NoticeKind>) -> &'static str {
    match kind {
        Some(NoticeKind::ReviewWaits) => "review.waiting",
        Some(NoticeKind::Mention) => "comment.mention",
        Some(NoticeKind::ExecutionEnded) => "execution.ended",
        Some(NoticeKind::ExecutionFailed) => "execution.failed",
        Some(NoticeKind::Budget) => "budget.reached",
        Some(NoticeKind::Invitation) => "invitation.created",
        Some(NoticeKind::ToolSignIn) => "tool_server.signed_out",
        None => "webhook.test",
    }
}

/// The signature of a message under a key.
fn sign(key: &str, id: &str, second: &str, body: &str) -> String {
    let bytes = STANDARD.decode(key.trim_start_matches(KEY_PREFIX)).unwrap_or_default();
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&bytes) else { return String::new() };
    mac.update(format!("{id}.{second}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The text as Slack shows it: only these signs mean anything there.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_the_standard() {
        // The example of the Standard Webhooks libraries.
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signature =
            sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");

        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_people_wrote_calls_nobody_in_slack() {
        assert_eq!(slack("<!channel> & <@U1>"), "&lt;!channel&gt; &amp; &lt;@U1&gt;");
    }

    #[test]
    fn every_key_is_another_one() {
        assert!(new_key().starts_with(KEY_PREFIX) && new_key() != new_key());
    }
}
