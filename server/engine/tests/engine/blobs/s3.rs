//! What is the bucket's alone: keys, links, copies, retries, and what a service says.

use blobs::{BlobError, Blobs, Digest};
use bytes::Bytes;
use model::execution::failure::{Failure, FailureClass, HoldReason};
use s3_blobs::{
    S3Blobs, S3Keys, S3Settings,
    testing::{S3Server, SECRET_KEY},
};
use vault::secret::Secret;

use crate::engine::blobs::place::{files, name};

async fn store(server: &S3Server) -> S3Blobs {
    S3Blobs::open(&server.settings("")).await.unwrap()
}

/// Everything an error says.
fn words(error: &BlobError) -> String {
    let mut words = format!("{error:?} {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words = format!("{words} {error}");
        cause = error.source();
    }
    words
}

#[tokio::test]
async fn what_is_set_wrongly_shows_when_the_store_is_opened() {
    let server = S3Server::start().await;
    let right = server.settings("");
    let nobody = S3Settings { endpoint: "http://127.0.0.1:1".parse().ok(), ..right.clone() };
    let unknown = S3Settings { bucket: "elsewhere".to_owned(), ..right.clone() };
    let other = Some(S3Keys { id: "AKIAOTHER".to_owned(), secret: Secret::new("not-this-one") });
    let stranger = S3Settings { keys: other, ..right.clone() };

    for (settings, said) in
        [(nobody, "can't be reached"), (unknown, "NoSuchBucket"), (stranger, "denied access")]
    {
        let error = S3Blobs::open(&settings).await.unwrap_err();
        let words = words(&error);
        assert!(words.contains(said) && !words.contains("not-this-one"), "{words}");
    }
}

#[tokio::test]
async fn rel_s10_the_secret_key_shows_neither_in_the_store_nor_in_what_it_fails_at() {
    let server = S3Server::start().await;
    let store = store(&server).await;
    server.fail(1, "PUT", 403, "SignatureDoesNotMatch");

    let error = store.put(Bytes::from_static(b"poster")).await.unwrap_err();

    let shown = format!("{store:?} {:?} {}", server.settings(""), words(&error));
    assert!(!shown.contains(SECRET_KEY), "{shown}");
}

#[tokio::test]
async fn rel_e7_a_bucket_without_room_or_access_holds_the_execution() {
    let server = S3Server::start().await;
    let store = store(&server).await;

    for (status, code) in
        [(507, "XMinioStorageFull"), (403, "QuotaExceeded"), (403, "AccessDenied")]
    {
        server.fail(1, "PUT", status, code);
        let error = store.put(Bytes::from_static(b"poster")).await.unwrap_err();

        let full = code != "AccessDenied";
        assert_eq!(matches!(error, BlobError::Full(_)), full, "{error:?}");
        let class = Failure::from(error).class;
        assert_eq!(class, FailureClass::Hold { reason: HoldReason::Storage }, "{code}");
    }
    assert!(!store.has(Digest::from_content(b"poster")).await.unwrap());
}

#[tokio::test]
async fn a_service_that_fails_for_a_moment_is_asked_again() {
    let server = S3Server::start().await;
    let store = store(&server).await;
    server.fail(2, "PUT", 503, "SlowDown");

    let digest = store.put(Bytes::from_static(b"poster")).await.unwrap();
    server.fail(2, "GET", 500, "InternalError");

    assert_eq!(store.get(digest).await.unwrap(), "poster");
    assert_eq!(server.faults_left(), 0);
}

#[tokio::test]
async fn a_large_upload_that_fails_half_way_leaves_nothing_behind() {
    let server = S3Server::start().await;
    let store = store(&server).await;
    server.fail(1, "PUT", 507, "XMinioStorageFull");
    let large = Bytes::from(vec![7; 20 << 20]);

    let error = store.put(large.clone()).await.unwrap_err();

    assert!(matches!(error, BlobError::Full(_)), "{error:?}");
    let left = files(&server.bucket());
    assert!(!store.has(Digest::from_content(&large)).await.unwrap() && left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn rel_s9_a_signed_link_opens_one_blob_for_five_minutes_and_no_other() {
    let server = S3Server::start().await;
    let store = store(&server).await;
    let poster = store.put(Bytes::from_static(b"poster")).await.unwrap();
    let other = store.put(Bytes::from_static(b"other")).await.unwrap();

    rustls::crypto::ring::default_provider().install_default().ok();
    let link = store.link(poster).await.unwrap();

    assert!(link.contains("X-Amz-Expires=300") && !link.contains(SECRET_KEY), "{link}");
    let fetch = async |link: &str| reqwest::get(link).await.unwrap();
    assert_eq!(fetch(&link).await.bytes().await.unwrap(), "poster");
    for forged in [
        link.replace(&name(poster), &name(other)),
        link.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
        link.split('?').next().unwrap().to_owned(),
    ] {
        assert_eq!(fetch(&forged).await.status(), 403, "{forged}");
    }
}

#[tokio::test]
async fn the_service_copies_between_prefixes_itself() {
    let server = S3Server::start().await;
    let (here, there) = (store(&server).await, S3Blobs::open(&server.settings("there/")).await);
    let there = there.unwrap();
    let poster = here.put(Bytes::from_static(b"poster")).await.unwrap();

    // A download for the copy would fail.
    server.fail(1, "GET", 403, "AccessDenied");
    there.take(&here, poster).await.unwrap();
    assert!(here.get(poster).await.is_err());

    there.prove(poster).await.unwrap();
    assert_eq!(there.get(poster).await.unwrap(), "poster");
    assert_eq!(here.get(poster).await.unwrap(), "poster");
    let missing = there.take(&here, Digest::from_content(b"never")).await;
    assert!(matches!(missing, Err(BlobError::Missing(_))), "{missing:?}");
}
