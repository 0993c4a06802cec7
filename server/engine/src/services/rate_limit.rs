//! Limits on guessing: by whom attempts are counted, and what to say where there were too many.

use backend::actor::Origin;
use model::problem::{Problem, ProblemKind};

/// Too many guesses; come back in `seconds`.
pub(super) fn too_many_attempts(seconds: u64) -> Problem {
    let minutes = seconds.div_ceil(60);
    let detail = format!("Too many attempts from here. Try again in {minutes} min.");
    let mut problem = Problem::new(ProblemKind::RateLimited, "too_many_attempts", detail);
    problem.retry_after_s = Some(seconds);
    problem
}

/// The network that attempts are counted by: an IPv4 address, or the /64 of an IPv6 address, all of
/// which one visitor usually owns.
pub(super) fn network(origin: &Origin) -> std::net::IpAddr {
    match origin.ip.to_canonical() {
        std::net::IpAddr::V6(ip) => {
            std::net::Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into()
        }
        v4 => v4,
    }
}
