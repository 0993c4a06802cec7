//! What `make soak` does more: it has a machine for itself and time.

#![allow(clippy::print_stdout, reason = "tests")]

/// Milliseconds that only a stall takes, on a machine however busy.
pub const STALL: i64 = 30_000;

/// Whether this is `make soak`: with full figures, and times are judged.
pub fn soaking() -> bool {
    std::env::var_os("ATELIER_SOAK").is_some()
}

/// Tells how many milliseconds something took. Panics in `make soak` when that is more than `aim`, in
/// `make test` only when it is more than `most`.
pub fn judge(what: &str, took: i64, aim: i64, most: i64) {
    println!("{what}: {took} ms, aim {aim} ms");
    let most = if soaking() { aim } else { most };
    assert!(took <= most, "{what}: {took} ms, aim {aim} ms");
}
