//! What every store promises, asked of each.

use std::{collections::BTreeSet, time::Duration};

use blobs::{BlobError, Digest};
use bytes::Bytes;
use futures::{FutureExt, StreamExt};

use crate::engine::blobs::place::{Place, name};

const DAY: Duration = Duration::from_secs(24 * 3600);

macro_rules! of_every_store {
    ($($promise:ident)*) => {
        mod in_a_folder {
            use crate::engine::blobs::place::Place;
            $(
                #[tokio::test]
                async fn $promise() {
                    super::$promise(Place::files().await).await;
                }
            )*
        }
        mod in_a_bucket {
            use crate::engine::blobs::place::Place;
            $(
                #[tokio::test]
                async fn $promise() {
                    super::$promise(Place::s3().await).await;
                }
            )*
        }
    };
}

of_every_store! {
    what_is_put_is_got_and_has_and_delete_agree
    a_blob_of_any_size_comes_back_whole_and_a_large_one_in_pieces
    the_same_bytes_may_be_stored_by_twenty_at_a_time
    a_damaged_blob_never_comes_to_its_end_and_is_healed_by_storing_it_again
    what_is_not_there_is_missing_and_may_be_deleted
    a_put_that_is_given_up_leaves_all_or_nothing
    only_what_is_old_enough_is_listed_and_nothing_of_others
    more_than_a_thousand_are_listed
}

/// Bytes that are not the same anywhere.
fn bytes(len: usize) -> Bytes {
    (0..len).map(|at| ((at * 31) ^ (at >> 8)) as u8).collect()
}

async fn what_is_put_is_got_and_has_and_delete_agree(place: Place) {
    let store = &place.store;

    let digest = store.put(Bytes::from_static(b"poster")).await.unwrap();
    assert_eq!(digest, Digest::from_content(b"poster"));
    assert_eq!(store.get(digest).await.unwrap(), "poster");
    assert!(store.has(digest).await.unwrap());

    store.delete(digest).await.unwrap();
    store.delete(digest).await.unwrap();
    assert!(!store.has(digest).await.unwrap());
    assert!(matches!(store.get(digest).await, Err(BlobError::Missing(_))));
}

async fn a_blob_of_any_size_comes_back_whole_and_a_large_one_in_pieces(place: Place) {
    for len in [0, 1, 8 << 20, (8 << 20) + 1, (25 << 20) - 3] {
        let stored = bytes(len);
        let digest = place.store.put(stored.clone()).await.unwrap();

        let pieces: Vec<_> = place.store.read(digest).await.unwrap().collect().await;
        let pieces: Vec<Bytes> = pieces.into_iter().map(Result::unwrap).collect();

        assert!(pieces.concat() == stored, "{len} bytes came back as others");
        assert!(pieces.iter().all(|piece| piece.len() <= 2 << 20), "not in one piece");
    }
}

async fn the_same_bytes_may_be_stored_by_twenty_at_a_time(place: Place) {
    let large = bytes(1 << 20);

    let puts = (0..20).map(|_| place.store.put(large.clone()));
    for digest in futures::future::join_all(puts).await {
        assert!(place.store.get(digest.unwrap()).await.unwrap() == large);
    }
}

async fn a_damaged_blob_never_comes_to_its_end_and_is_healed_by_storing_it_again(place: Place) {
    let stored = bytes(3 << 20);
    let digest = place.store.put(stored.clone()).await.unwrap();
    let mut flipped = stored.to_vec();
    flipped[1_000_000] ^= 1;

    for damaged in [&flipped[..], &stored[..stored.len() - 1], &stored[..0]] {
        place.plant(&name(digest), damaged);

        let mut came = 0;
        let mut pieces = place.store.read(digest).await.unwrap();
        let error = loop {
            match pieces.next().await.unwrap() {
                Ok(piece) => came += piece.len(),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, BlobError::Damaged(_)), "{error:?}");
        assert!(damaged.is_empty() || came < damaged.len(), "the last piece is held back");
        assert!(matches!(place.store.get(digest).await, Err(BlobError::Damaged(_))));
    }

    place.store.put(stored.clone()).await.unwrap();
    assert!(place.store.get(digest).await.unwrap() == stored);
}

async fn what_is_not_there_is_missing_and_may_be_deleted(place: Place) {
    let nowhere = Digest::from_content(b"never stored");

    assert!(matches!(place.store.get(nowhere).await, Err(BlobError::Missing(it)) if it == nowhere));
    assert!(matches!(place.store.read(nowhere).await, Err(BlobError::Missing(_))));
    assert!(!place.store.has(nowhere).await.unwrap());
    place.store.delete(nowhere).await.unwrap();
}

async fn a_put_that_is_given_up_leaves_all_or_nothing(place: Place) {
    let stored = bytes(20 << 20);
    let digest = Digest::from_content(&stored);

    for turns in [1, 2, 5, 20] {
        let mut put = Box::pin(place.store.put(stored.clone()));
        for _ in 0..turns {
            if (&mut put).now_or_never().is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(put);

        match place.store.get(digest).await {
            Ok(found) => assert!(found == stored),
            Err(error) => assert!(matches!(error, BlobError::Missing(_)), "{error:?}"),
        }
    }
}

async fn only_what_is_old_enough_is_listed_and_nothing_of_others(place: Place) {
    let old = place.store.put(Bytes::from_static(b"old")).await.unwrap();
    let young = place.store.put(Bytes::from_static(b"young")).await.unwrap();
    place.age(old, DAY * 2);
    place.age(young, DAY - Duration::from_secs(60));
    place.plant("notes.txt", b"of somebody else");
    place.plant("ab/notes.txt", b"of somebody else");

    assert_eq!(place.store.older_than(DAY).await.unwrap(), [old]);
    let all: BTreeSet<_> =
        place.store.older_than(Duration::ZERO).await.unwrap().into_iter().collect();
    assert_eq!(all, BTreeSet::from([old, young]));
}

async fn more_than_a_thousand_are_listed(place: Place) {
    let digests: BTreeSet<_> =
        (0..1_203_u32).map(|n| Digest::from_content(&n.to_le_bytes())).collect();
    for digest in &digests {
        place.plant(&name(*digest), b"any");
    }

    let listed = place.store.older_than(Duration::ZERO).await.unwrap();

    assert!(listed.len() == 1_203 && listed.into_iter().collect::<BTreeSet<_>>() == digests);
}
