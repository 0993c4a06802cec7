//! Properties that hold for any input: expressions end, delays stay in their range, order is kept.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{sync::Arc, time::Instant};

use model::{
    expr::{Condition, Scope, Template, limit},
    graph,
    nodes::NodeKind,
    time::Timestamp,
    workflow::{Backoff, Edge, Jitter, Node, RetryPolicy, Workflow},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn scope() -> Scope {
    let input = json!({
        "a": "text", "b": [1, 2, [3, "x"], { "c": null }], "n": 3.5, "big": "y".repeat(50_000),
        "many": (0..1000).collect::<Vec<i32>>()
    });
    let map: Map<String, Value> = serde_json::from_value(input).unwrap();
    Scope { parameters: Arc::new(map), index: Some(0), count: Some(1), ..Scope::default() }
}

/// Words of the language, right and wrong.
const WORDS: &str = r#"
    ${ } ( ) [ ] . , ? : ?? && || ! - + * / % == === < >= in input input.a input.b input.many b
    nodes item index [index] size( has( .map(x, .filter(x, x .exists(y, .all(y, .contains( 'a' " \
    1 0 2.5 1e9 null true $ $$ é __proto__ constructor {{7*7}} # @ {% %} Date() .toISOString() new
"#;

/// Such words in any order, or any text at all.
fn source() -> impl Strategy<Value = String> {
    let words: Vec<&str> = WORDS.split_whitespace().chain([" ", "\n"]).collect();
    let word = prop::sample::select(words);
    prop_oneof![prop::collection::vec(word, 0..60).prop_map(|words| words.concat()), ".{0,200}",]
}

fn run(source: &str, scope: &Scope) {
    let started = Instant::now();
    for text in [source.to_owned(), format!("${{{source}}}")] {
        if let Ok(template) = Template::parse(&text)
            && let Ok(rendered) = template.render(scope)
        {
            assert!(rendered.len() <= limit::OUTPUT_BYTES);
        }
    }
    if let Ok(condition) = Condition::parse(source) {
        let _: Result<bool, _> = condition.eval(scope);
    }
    // The target is 50 ms. On a busy machine only what does not end fails.
    assert!(started.elapsed().as_secs() < 10, "{source}");
}

proptest! {
    #[test]
    fn rel_s11_any_source_ends_without_a_panic(source in source()) {
        run(&source, &scope());
    }
}

/// What is a time, nearly one, or any text at all.
fn moment() -> impl Strategy<Value = String> {
    let nearly = "[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}[Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}\
                  ([.][0-9eE+-]{0,6})?(Z|z|[+-][0-9]{1,4}:[0-9]{1,4})?";
    let time = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])[Tt ]([01][0-9]|2[0-3])(:[0-5][0-9]){2}\
                ([.][0-9]{1,30})?(Z|z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
    prop_oneof![time, nearly, ".{0,60}"]
}

proptest! {
    #[test]
    fn any_text_is_a_time_or_refused_and_what_is_a_time_reads_back(text in moment()) {
        if let Some(at) = Timestamp::from_iso8601(&text) {
            prop_assert_eq!(Timestamp::from_iso8601(&at.to_iso8601()), Some(at));
        }
    }

    #[test]
    fn every_moment_of_the_years_0_to_9999_reads_back(
        ms in -62_167_219_200_000..=253_402_300_799_999i64,
    ) {
        let at = Timestamp(ms);
        prop_assert_eq!(Timestamp::from_iso8601(&at.to_iso8601()), Some(at));
    }

    #[test]
    fn any_instant_is_written_and_moved_without_a_panic(ms: i64, later: u64) {
        let at = Timestamp(ms);
        prop_assert!(at.to_iso8601().ends_with('Z') && at.to_minute().ends_with("UTC"));
        prop_assert!(at.plus_ms(later) >= at && at.plus_ms(later).ms_since(at) <= later);
    }
}

#[test]
fn rel_s11_attacks_are_refused_or_inert_text() {
    let nested = |depth: usize| {
        let open = "input.many.map(x, ".repeat(depth);
        format!("{open}input.big{}", ")".repeat(depth))
    };
    let attacks = [
        "(".repeat(60_000),
        "!".repeat(60_000),
        "-".repeat(60_000),
        "[".repeat(60_000),
        "a.".repeat(30_000),
        "1+".repeat(30_000) + "1",
        "a?".repeat(20_000),
        "${".repeat(30_000),
        nested(1),
        nested(3),
        nested(20),
        "input.big + ".repeat(60) + "input.big",
        "input.many.map(x, input.many.all(y, input.big == input.big))".to_owned(),
        "input.many.exists(x, input.big.contains('yyyyz'))".to_owned(),
    ];
    for attack in attacks {
        run(&attack, &scope());
    }
    let inert = [
        "{{ constructor.constructor('return process')() }}",
        "{{ config.__class__.__init__.__globals__ }}",
        "<%= system('id') %>",
        "#{7*7}",
    ];
    for text in inert {
        assert_eq!(Template::parse(text).unwrap().render(&scope()).unwrap(), text);
    }
    let refused = [
        "${constructor.constructor('return process')()}",
        "${input.__proto__.x}",
        "${input.a.constructor}",
        "${process.env.SECRET}",
        "${env.SECRET}",
    ];
    for text in refused {
        let result = Template::parse(text).and_then(|template| template.render(&scope()));
        assert!(result.is_err(), "{text}");
    }
}

fn policy() -> impl Strategy<Value = RetryPolicy> {
    let backoff = prop::sample::select(vec![Backoff::Exponential, Backoff::Linear, Backoff::Fixed]);
    let jitter = prop::sample::select(vec![Jitter::Equal, Jitter::Full, Jitter::None]);
    (1..=10u32, backoff, 0..100_000u64, 0..1_800_000u64, 1.0..10.0f64, jitter).prop_map(
        |(max_attempts, backoff, initial_delay_ms, max_delay_ms, multiplier, jitter)| RetryPolicy {
            max_attempts,
            backoff,
            initial_delay_ms,
            max_delay_ms,
            multiplier,
            jitter,
            on: vec![],
        },
    )
}

proptest! {
    #[test]
    fn rel_m2_a_delay_lies_between_what_was_asked_and_the_cap(
        policy in policy(), attempt in any::<u32>(), random in any::<f64>(),
        asked in prop::option::of(prop_oneof![0..10_000_000u64, any::<u64>()]),
    ) {
        let delay = policy.delay_ms(attempt, random, asked);
        let asked = asked.unwrap_or(0).min(RetryPolicy::MAX_RETRY_AFTER_MS);

        prop_assert!(delay >= asked);
        prop_assert!(delay <= policy.max_delay_ms.max(asked));
    }

    #[test]
    fn rel_m2_without_chance_delays_never_shrink_and_jitter_only_shortens(
        policy in policy(), attempt in 1..20u32, random in 0.0..1.0f64,
    ) {
        let exact = RetryPolicy { jitter: Jitter::None, ..policy.clone() };
        let equal = RetryPolicy { jitter: Jitter::Equal, ..policy.clone() };
        let full = exact.delay_ms(attempt, random, None);

        prop_assert!(exact.delay_ms(attempt + 1, random, None) >= full);
        prop_assert!(equal.delay_ms(attempt, random, None) <= full);
        prop_assert!(equal.delay_ms(attempt, random, None) + 1 >= full / 2);
    }

    #[test]
    fn an_order_has_every_node_after_what_it_waits_for(
        count in 1..30usize, pairs in prop::collection::vec((0..30usize, 0..30usize), 0..80),
    ) {
        let workflow = random(count, &pairs);

        match graph::order(&workflow) {
            Ok(order) => {
                prop_assert_eq!(order.len(), count);
                let place = |id| order.iter().position(|other| other == id);
                for edge in &workflow.edges {
                    prop_assert!(place(&edge.source) < place(&edge.target));
                }
            }
            Err(cycle) => {
                let next = cycle.nodes.iter().cycle().skip(1);
                for (from, to) in cycle.nodes.iter().zip(next) {
                    let drawn = |edge: &Edge| edge.source == *from && edge.target == *to;
                    prop_assert!(workflow.edges.iter().any(drawn));
                }
            }
        }
    }
}

fn random(count: usize, pairs: &[(usize, usize)]) -> Workflow {
    let node = |place: usize| {
        Node::new(format!("n{place}").as_str().into(), "", NodeKind::Merge.default_config())
    };
    let edge = |(place, (source, target)): (usize, &(usize, usize))| Edge {
        id: format!("e{place}").as_str().into(),
        source: format!("n{}", source % count).as_str().into(),
        source_handle: None,
        target: format!("n{}", target % count).as_str().into(),
        target_handle: None,
        label: None,
    };
    Workflow {
        nodes: (0..count).map(node).collect(),
        edges: pairs.iter().enumerate().map(edge).collect(),
        ..Workflow::default()
    }
}

#[test]
fn rel_m2_the_default_policy_waits_one_two_and_four_seconds_at_most() {
    let policy = RetryPolicy::default();

    let longest: Vec<u64> = (1..=3).map(|attempt| policy.delay_ms(attempt, 1.0, None)).collect();
    let shortest: Vec<u64> = (1..=3).map(|attempt| policy.delay_ms(attempt, 0.0, None)).collect();

    assert_eq!(longest, [1000, 2000, 4000]);
    assert_eq!(shortest, [500, 1000, 2000]);
    assert_eq!(policy.delay_ms(30, 1.0, None), 60_000);
    assert_eq!(policy.delay_ms(1, 1.0, Some(30_000)), 30_000);
    assert_eq!(policy.delay_ms(1, 1.0, Some(u64::MAX)), 600_000);
}
