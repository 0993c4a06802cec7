//! The image of an answer, inside of it or fetched.

use std::time::Duration;

use bytes::Bytes;
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
    images,
    outbound::{Limits, OutboundRequest, Refusal},
};

/// Between the tries to fetch an image that was made.
const FETCH_PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

impl OpenAi {
    /// The bytes of the image of an answer.
    pub(super) async fn image_bytes(&self, answer: &Value) -> Result<Bytes, Failure> {
        if let Some(vendor) = VendorError::within(answer) {
            return Err(self.failures.map_answer_error(&vendor));
        }
        let Some(found) = wire::find_image(answer) else {
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
