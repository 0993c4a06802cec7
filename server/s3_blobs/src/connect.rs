//! The connection to the operator's own service: it goes where the operator says, and nobody else
//! decides where that is.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    Client,
    config::{
        Builder, Credentials, RequestChecksumCalculation, ResponseChecksumValidation,
        SharedHttpClient,
    },
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use url::Url;
use vault::secret::Secret;

/// A bucket, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Settings {
    /// Address of the service; none is Amazon's own.
    pub endpoint: Option<Url>,
    /// Region that requests are signed for, e.g. `eu-central-1`.
    pub region: String,
    /// Name of the bucket, which must exist.
    pub bucket: String,
    /// What every key begins with, so that several stores can share a bucket; may be empty.
    pub prefix: String,
    /// Whether the bucket is named in the path and not in the host.
    pub path_style: bool,
    /// Access keys; without them the places are searched that Amazon's tools search.
    pub keys: Option<S3Keys>,
}

/// A pair of access keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Keys {
    /// The access key id, which is no secret.
    pub id: String,
    /// The secret access key, which signs requests.
    pub secret: Secret,
}

pub(super) async fn client(settings: &S3Settings) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        // Until the first byte of an answer: a service that hangs is told of within half a minute.
        .read_timeout(Duration::from_secs(8))
        .operation_attempt_timeout(Duration::from_secs(60))
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(200));
    let mut shared = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(settings.region.clone()))
        .http_client(http(settings))
        .timeout_config(timeouts)
        .retry_config(retries);
    if let Some(S3Keys { id, secret }) = &settings.keys {
        let keys = Credentials::new(id, secret.expose(), None, None, "settings");
        shared = shared.credentials_provider(keys);
    }
    if let Some(endpoint) = &settings.endpoint {
        shared = shared.endpoint_url(endpoint.as_str());
    }
    // Not every service knows the newer checksums, and a blob's name is the better one.
    let config = Builder::from(&shared.load().await)
        .force_path_style(settings.path_style)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    Client::from_conf(config.build())
}

fn http(settings: &S3Settings) -> SharedHttpClient {
    let builder = aws_smithy_http_client::Builder::new();
    match &settings.endpoint {
        Some(endpoint) if endpoint.scheme() == "http" => builder.build_http(),
        _ => builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https(),
    }
}
