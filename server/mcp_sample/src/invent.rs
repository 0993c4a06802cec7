//! Data that is derived from a question: the same question gives the same data.

use std::sync::LazyLock;

use serde_json::Value;

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// A number that is always the same for the same words (FNV-1a, with a mark between words).
pub fn seed(words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    bytes.fold(FNV_START, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}

/// One of the choices, in turn.
pub fn nth(choices: &Value, number: u64) -> &Value {
    let size = choices.as_array().map_or(1, |choices| choices.len().max(1) as u64);
    &choices[usize::try_from(number % size).unwrap_or_default()]
}

/// What the invented data tells of, by kind: of things with numbers each the next one.
pub fn stories() -> &'static Value {
    static STORIES: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(include_str!("stories.json")).unwrap_or_default());
    &STORIES
}

/// What is wrong with a service: the same in its status and in its logs.
pub fn outage(cluster: &str, service: &str) -> &'static Value {
    // The low bits of such a hash are its worst.
    nth(&stories()["outages"], seed(&[cluster, service]) >> 16)
}

/// The name of a commit: forty hexadecimal digits.
pub fn commit(words: &[&str]) -> String {
    let part = |salt: &str| seed(&[&[salt][..], words].concat());
    format!("{:016x}{:016x}{:08x}", part("first"), part("second"), part("third") >> 32)
}

/// A moment of a year, written as RFC 3339 has it.
pub fn moment(seed: u64) -> String {
    let (month, day) = (1 + seed % 9, 1 + (seed >> 8) % 28);
    let (hour, minute, second) = ((seed >> 16) % 24, (seed >> 24) % 60, (seed >> 32) % 60);
    format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_words_give_the_same_data_and_others_give_other_data() {
        assert_eq!(commit(&["acme", "shop"]), commit(&["acme", "shop"]));
        assert_ne!(commit(&["acme", "shop"]), commit(&["acmes", "hop"]));
        assert_eq!(commit(&["acme"]).len(), 40);
        let outages: BTreeSet<_> =
            (0..20).map(|at| outage("a", &at.to_string())["stopped"].as_str()).collect();
        assert!(outages.len() > 1 && !outages.contains(&None), "{outages:?}");
    }

    #[test]
    fn moments_are_times_that_exist() {
        for number in 0..500_u64 {
            let moment = moment(seed(&[&number.to_string()]));
            assert!(chrono::DateTime::parse_from_rfc3339(&moment).is_ok(), "{moment}");
        }
    }
}
