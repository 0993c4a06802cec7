//! Numbers as people write them: read for what they say, or refused in words.
#![allow(clippy::unwrap_used, reason = "tests")]

mod ways_in;

use model::number::{
    Direction, JsonError, NumberKind, Range, find_unkept_number, parse_number,
    quote_unkept_numbers, read_json, step_number,
};
use proptest::prelude::*;
use serde_json::{Number, Value, json};

fn number(value: &Value) -> Number {
    serde_json::from_value(value.clone()).unwrap()
}

fn decimal(text: &str) -> Result<Value, String> {
    parse_number(text, NumberKind::Decimal).map(Value::from).map_err(|error| error.to_string())
}

fn whole(text: &str) -> Result<Value, String> {
    parse_number(text, NumberKind::Whole).map(Value::from).map_err(|error| error.to_string())
}

#[test]
fn what_can_mean_one_thing_only_is_read_as_that() {
    let cases = [
        ("0", json!(0)),
        ("-0", json!(0)),
        (" 7 ", json!(7)),
        ("007", json!(7)),
        ("+5", json!(5)),
        ("- 5", json!(-5)),
        ("−5", json!(-5)),
        ("–5", json!(-5)),
        ("\u{200e}-5", json!(-5)),
        ("1.5", json!(1.5)),
        ("1,5", json!(1.5)),
        ("−0,25", json!(-0.25)),
        (".5", json!(0.5)),
        (",5", json!(0.5)),
        ("5.", json!(5)),
        ("1.50", json!(1.5)),
        ("0,123", json!(0.123)),
        ("1.234", json!(1.234)),
        ("1234,567", json!(1234.567)),
        ("1 000", json!(1000)),
        ("1\u{a0}000", json!(1000)),
        ("1\u{202f}000", json!(1000)),
        ("1\u{2009}000\u{a0}000", json!(1_000_000)),
        ("1'000", json!(1000)),
        ("1’234.5", json!(1234.5)),
        ("1_000", json!(1000)),
        ("1 234,567", json!(1234.567)),
        ("1.234,56", json!(1234.56)),
        ("1.000,50", json!(1000.5)),
        ("1,234.56", json!(1234.56)),
        ("1.234,567", json!(1234.567)),
        ("1,234,567", json!(1_234_567)),
        ("1.234.567", json!(1_234_567)),
        ("12,34,567", json!(1_234_567)),
        ("1e3", json!(1000)),
        ("1E+3", json!(1000)),
        ("1,5e3", json!(1500)),
        ("0.1e1", json!(1)),
        ("1e−2", json!(0.01)),
        ("1e30", json!(1e30)),
        ("100000000000000000000", json!(1e20)),
        ("１２", json!(12)),
        ("－１，５", json!(-1.5)),
        ("٣", json!(3)),
        ("٣٫٥", json!(3.5)),
        ("١٬٢٣٤٫٥", json!(1234.5)),
        ("۱۲", json!(12)),
        ("१२", json!(12)),
        ("9007199254740993", json!(9_007_199_254_740_993_i64)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("18446744073709551615", json!(u64::MAX)),
        ("18 446 744 073 709 551 615", json!(u64::MAX)),
        ("9007199254740993.0", json!(9_007_199_254_740_993_i64)),
        ("0.30000000000000004", json!(0.30000000000000004)),
    ];
    for (text, value) in cases {
        assert_eq!(decimal(text), Ok(value), "{text}");
    }
}

#[test]
fn what_can_mean_two_things_or_none_is_refused_in_words_that_name_it() {
    let cases = [
        ("1,234", "“1,234” could be 1.234 or 1234. Enter 1.234 or 1234."),
        ("−12,345", "“−12,345” could be -12.345 or -12345. Enter -12.345 or -12345."),
        ("1.000", "“1.000” could be 1 or 1000. Enter 1 or 1000."),
        ("−12.500", "“−12.500” could be -12.5 or -12500. Enter -12.5 or -12500."),
        ("1,000", "“1,000” could be 1 or 1000. Enter 1 or 1000."),
        ("1,234e3", "“1,234e3” could be 1.234e3 or 1234e3. Enter 1.234e3 or 1234e3."),
        ("-", "“-” isn't a number"),
        (".", "“.” isn't a number"),
        ("e5", "“e5” isn't a number"),
        ("--5", "Remove “-”"),
        ("5-", "Remove “-”"),
        ("5 kg", "Remove “k”"),
        ("$5", "Remove “$”"),
        ("50%", "Remove “%”"),
        ("½", "Remove “½”"),
        ("0x10", "Remove “x”"),
        ("ten", "Remove “t”"),
        ("Infinity", "isn't a number"),
        ("NaN", "Remove “N”"),
        ("1e", "“1e” needs a whole number after the e"),
        ("1e1.5", "needs a whole number after the e"),
        ("1 5", "“1 5” has digits that aren't in groups of three"),
        ("1,5,2", "has digits that aren't in groups of three"),
        ("1.23.456", "has digits that aren't in groups of three"),
        ("1..5", "has digits that aren't in groups of three"),
        ("0 123", "has digits that aren't in groups of three"),
        ("1,234 567", "has digits that aren't in groups of three"),
        ("99999999999999999999", "“99999999999999999999” has too many digits. Enter 1e20."),
        ("18446744073709551616", "has too many digits"),
        ("-9223372036854775809", "has too many digits"),
        ("1e400", "“1e400” is too large or too small"),
        ("1e-400", "is too large or too small"),
        ("9007199254740993.5", "has too many digits. Enter 9007199254740994.0."),
        ("3.14159265358979323846", "Enter 3.141592653589793."),
    ];
    for (text, words) in cases {
        let refused = decimal(text).unwrap_err();
        assert!(refused.contains(words), "{text}: {refused}");
    }
    let long = whole(&"9".repeat(100)).unwrap_err();
    assert!(long.contains("99…”") && long.len() < 200, "{long}");
}

#[test]
fn where_whole_numbers_are_asked_for_one_point_may_part_thousands() {
    let refused = "“1.000” could be 1.000 or 1000. Enter 1000.";
    assert_eq!(whole("1.000"), Err(refused.to_owned()));
    assert_eq!(whole("1,000"), Err(refused.replace("“1.", "“1,")));
    assert_eq!(whole("1.5"), Ok(json!(1.5)));
    assert_eq!(whole("1e16"), Ok(json!(10_000_000_000_000_000_i64)));
    for text in ["1e30", "100000000000000000000", "18446744073709551616", "-9223372036854775809"] {
        let refused = whole(text).unwrap_err();
        assert!(
            refused.starts_with(&format!("“{text}” is too large or too small. Whole numbers go")),
            "{refused}"
        );
    }
}

#[test]
fn arrow_keys_go_from_one_number_of_the_range_to_the_next() {
    use Direction::{Down, Up};
    let range = |min, max, step| Range { min, max, step };
    let tenths = range(Some(0.0), Some(2.0), Some(0.1));
    let thirds = range(Some(1.0), Some(9.0), Some(3.0));
    let cases = [
        (json!(1), Up, Range::default(), json!(2)),
        (json!(-1.5), Down, Range::default(), json!(-2)),
        (json!(0.2), Up, tenths, json!(0.3)),
        (json!(0.7), Up, tenths, json!(0.8)),
        (json!(0.75), Down, tenths, json!(0.7)),
        (json!(2), Up, tenths, json!(2)),
        (json!(-9), Up, tenths, json!(0)),
        (json!(9), Up, tenths, json!(2)),
        (json!(2), Up, thirds, json!(4)),
        (json!(7), Up, thirds, json!(7)),
        (json!(9_007_199_254_740_993_i64), Up, Range::default(), json!(9_007_199_254_740_994_i64)),
        (json!(u64::MAX), Down, Range::default(), json!(u64::MAX - 1)),
    ];
    for (from, direction, range, to) in cases {
        assert_eq!(
            step_number(&number(&from), direction, range),
            Some(number(&to)),
            "{from} {direction:?}"
        );
    }
}

#[test]
fn json_whose_numbers_would_be_changed_is_refused() {
    let fine = r#"{"id": 9007199254740993, "u": 18446744073709551615, "t": "12345678901234567890123 \" 1e999", "d": -1.5e3, "js": 100000000000000000000}"#;
    assert_eq!(read_json(fine).unwrap()["id"], json!(9_007_199_254_740_993_i64));
    for (text, number) in [
        (r#"{"a": [12345678901234567890123]}"#, "12345678901234567890123"),
        ("-9223372036854775809", "-9223372036854775809"),
        (r#"{"e": 1e400}"#, "1e400"),
    ] {
        assert_eq!(read_json(text), Err(JsonError::Number(number.to_owned())));
    }
    let quoted = quote_unkept_numbers(r#"{"a": [12345678901234567890123, 7, "1e999"]}"#);
    assert_eq!(quoted, r#"{"a": ["12345678901234567890123", 7, "1e999"]}"#);
    assert_eq!(read_json("{\"a\":}"), Err(JsonError::Syntax { line: 1, column: 6 }));
    for broken in ["", "-", "\"", "\"\\", "nope", "1-2"] {
        assert_eq!(find_unkept_number(broken.as_bytes()), None, "{broken}");
    }
}

#[test]
fn json_with_a_name_twice_in_an_object_is_refused() {
    for text in [r#"{"a": 1, "a": 1}"#, r#"[{"b": {"a": [1], "\u0061": "a"}}]"#] {
        assert_eq!(read_json(text), Err(JsonError::Doubled("a".to_owned())), "{text}");
    }
    for fine in [r#"{"a": {"a": "a"}, "b": ["a", "a"]}"#, r#"[{"a": 1}, {"a": 1}]"#] {
        assert!(read_json(fine).is_ok(), "{fine}");
    }
}

/// The digits of a whole number in groups of three.
fn grouped(digits: &str, mark: &str) -> String {
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap())
        .collect();
    groups.join(mark)
}

/// In the digits of a script that begin with this zero.
fn in_script(text: &str, zero: char) -> String {
    let digit = |c: char| match c.to_digit(10) {
        Some(digit) => char::from_u32(u32::from(zero) + digit).unwrap(),
        None => c,
    };
    text.chars().map(digit).collect()
}

proptest! {
    #[test]
    fn a_whole_number_in_any_writing_is_itself(
        value in any::<i64>(),
        mark in prop::sample::select(vec!["", " ", "\u{a0}", "\u{202f}", "\u{2009}", "'", "’", "٬"]),
        minus in prop::sample::select(vec!["-", "−", "–", "－", "\u{200e}-"]),
        zero in prop::sample::select(vec!['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}']),
        end in prop::sample::select(vec!["", ".", ",00", "e0", " "]),
    ) {
        let sign = if value < 0 { minus } else { "" };
        let text = format!("{sign}{}{end}", grouped(&value.unsigned_abs().to_string(), mark));

        prop_assert_eq!(decimal(&in_script(&text, zero)), Ok(json!(value)), "{}", text);
    }

    #[test]
    fn a_decimal_is_the_same_with_a_comma_or_is_said_to_be_unclear(
        value in any::<f64>().prop_filter("JSON has no others", |value| value.is_finite()),
        short in -1_000_000_i32..1_000_000,
        places in 0_i32..6,
    ) {
        for value in [value, f64::from(short) / 10_f64.powi(places)] {
            for text in [format!("{value}"), format!("{value:e}")] {
                let read = decimal(&text);
                prop_assert_eq!(read.as_ref().ok().and_then(Value::as_f64), Some(value), "{}", &text);
                match decimal(&text.replace('.', ",")) {
                    Ok(comma) => prop_assert_eq!(Ok(comma), read),
                    Err(words) => prop_assert!(words.contains("could be"), "{}", words),
                }
            }
        }
    }

    #[test]
    fn whatever_is_read_has_the_digits_that_are_written(text in "[-−+]?[0-9., '٣٫e\u{a0}]{0,24}") {
        let significant = |text: &str| {
            let mantissa = text.split(['e', 'E']).next().unwrap_or_default().replace('٣', "3");
            let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
            digits.trim_matches('0').to_owned()
        };
        if let Ok(read) = decimal(&text) {
            prop_assert_eq!(significant(&read.to_string()), significant(&text));
            prop_assert_eq!(decimal(&read.to_string()).map(|value| value.as_f64()), Ok(read.as_f64()));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = decimal(&text);
        let _ = whole(&text);
        let _ = read_json(&text);
    }

    #[test]
    fn steps_stay_within_their_range(value in any::<i32>(), direction in prop::sample::select(vec![Direction::Up, Direction::Down]), min in -50_i32..50, span in 0_i32..100, step in 1_u8..9) {
        let (min, max) = (f64::from(min), f64::from(min + span));
        let range = Range { min: Some(min), max: Some(max), step: Some(f64::from(step) / 4.0) };

        let next = step_number(&value.into(), direction, range).unwrap().as_f64().unwrap();

        prop_assert!((min..=max).contains(&next));
        let steps = (next - min) / f64::from(step) * 4.0;
        prop_assert!((steps - steps.round()).abs() < 1e-9);
    }
}
