//! The image of an answer, inside of it or fetched.

use std::time::Duration;

use bytes::Bytes;
use files::images;
use model::execution::failure::{Failure, FailureClass};
use serde_json::Value;

use super::{
    super::{
        openai_wire::{self as wire, FoundImage},
        vendor_error::VendorError,
    },
    OpenAi,
};
use crate::{
    json,
    outbound::{Limits, OutboundRequest, Refusal, StatusCode},
};

/// Between the tries to fetch an image that was made.
const FETCH_PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// Between the questions whether an image is made, and how often it is asked.
const POLL_PAUSE: Duration = Duration::from_secs(2);
const MOST_POLLS: usize = 120;

impl OpenAi {
    pub(super) async fn image_bytes(&self, answer: &Value) -> Result<Bytes, Failure> {
        if let Some(vendor) = VendorError::within(answer) {
            return Err(self.failures.map_answer_error(&vendor));
        }
        let made = match wire::find_job(answer) {
            Some(address) => Some(self.wait_for_job(address).await?),
            None => None,
        };
        let answer = made.as_ref().unwrap_or(answer);
        let found = wire::find_image(answer);
        if found.is_none() && wire::is_filtered(answer) {
            let words = "the provider refused to show this image";
            return Err(self.failures.unusable("content_refused", words));
        }
        let Some(found) = found else {
            let shown = format!("the answer has no image: {answer}");
            return Err(self.failures.unreadable(&shown));
        };
        let bytes = match found {
            FoundImage::Inside(bytes) => bytes,
            FoundImage::At(address) => self.fetch(&address).await?,
        };
        match images::check_outside(&bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(self.failures.unusable("bad_image", &error.to_string())),
        }
    }

    /// Asks at its server for an image that is being made, until it is; what it answers then.
    async fn wait_for_job(&self, address: &str) -> Result<Value, Failure> {
        let refused = |refusal: Refusal| self.failed(refusal.into());
        let url = self.endpoint("").join(address).ok();
        let url = url.filter(|url| url.origin() == self.settings.base_url.origin());
        let Some(url) = url else {
            let words = "the image is made in the background at another address, which isn't asked";
            return Err(self.failures.unusable("bad_image", words));
        };
        for _ in 0..MOST_POLLS {
            tokio::time::sleep(POLL_PAUSE).await;
            let request = OutboundRequest::get(url.as_str()).map_err(refused)?;
            let request = self.authorize(request.limits(Limits::default().large()));
            let answer = self.client.send(request.map_err(refused)?).await;
            let answer = answer.map_err(|error| self.failed(error).without_answer())?;
            let status = answer.status();
            let body = answer.bytes().await.map_err(|error| self.failed(error).without_answer())?;
            let told = json::read(&body).unwrap_or_default();
            if let Some(vendor) = VendorError::within(&told) {
                return Err(self.failures.map_answer_error(&vendor));
            }
            if status.is_success() && wire::find_job(&told).is_none() {
                return Ok(told);
            }
            if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS {
                let words = format!("the image couldn't be asked for: status {}", status.as_u16());
                return Err(self.failures.unusable("bad_image", &words));
            }
        }
        Err(self.failures.unusable("bad_image", "the image wasn't made in time"))
    }

    /// Fetches an image that was paid: tried again here, since asking anew would be paid anew.
    async fn fetch(&self, address: &str) -> Result<Bytes, Failure> {
        let refused = |refusal: Refusal| self.failed(refusal.into());
        let url = self.endpoint("").join(address).map(String::from);
        let url = url.unwrap_or_else(|_| address.to_owned());
        let mut pauses = FETCH_PAUSES.iter();
        loop {
            let request = OutboundRequest::get(&url).map_err(refused)?;
            let failure = match self.client.send(request.limits(Limits::default().large())).await {
                Ok(answer) if answer.status().is_success() => match answer.bytes().await {
                    Ok(bytes) => return Ok(bytes),
                    Err(error) => self.failed(error),
                },
                Ok(answer) => {
                    let words = format!(
                        "the image couldn't be downloaded: status {}",
                        answer.status().as_u16()
                    );
                    self.failures.broken("bad_image", &words)
                }
                Err(error) => self.failed(error),
            };
            match pauses.next() {
                Some(pause) if matches!(failure.class, FailureClass::Transient { .. }) => {
                    tokio::time::sleep(*pause).await;
                }
                _ => {
                    return Err(Failure {
                        class: FailureClass::Permanent,
                        may_have_happened: true,
                        ..failure
                    });
                }
            }
        }
    }
}
