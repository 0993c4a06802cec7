//! Fills the templates of forms.

use super::{
    social::{any_keyword, hashtags, snippet},
    writer::Writer,
};
use crate::providers::sample::{
    phrasebook::{has_any, texts},
    slots::fact,
};

/// Tags below a caption.
const CAPTION_TAGS: usize = 6;

/// A template with its slots filled. Of what a slot names, parted by `|`, it tells the first that says
/// something. Lines whose slots say nothing are left out.
pub(super) fn fill_part(writer: &mut Writer<'_>, template: &str) -> String {
    let lines: Vec<String> =
        template.split('\n').filter_map(|line| filled_line(writer, line)).collect();
    lines.join("\n")
}

fn filled_line(writer: &mut Writer<'_>, line: &str) -> Option<String> {
    let (mut filled, mut rest) = (String::new(), line);
    let mut says = !line.contains('{');
    while let Some((before, (slot, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let mut named = slot.split('|').map(|name| say_named(writer, name));
        let said = named.find(|said| !said.is_empty()).unwrap_or_default();
        says |= !said.is_empty();
        filled.push_str(before);
        filled.push_str(&said);
        rest = if said.is_empty() { after.trim_start_matches(' ') } else { after };
    }
    filled.push_str(rest);
    says.then(|| filled.trim_end().to_owned())
}

/// What is made of the brief by this name, else its fact, else a sentence of the bank of this name, with
/// `!` the one that an item begins with. A list goes on with `- `.
fn say_named(writer: &mut Writer<'_>, name: &str) -> String {
    let brief = writer.brief;
    let reports = |kind: &str| has_any(&brief.prompt.to_lowercase(), kind);
    match name {
        "facts" => writer.facts(),
        "details 1" => writer.details(1),
        "details 2" => writer.details(2),
        "details 3" => writer.details(3),
        "score" => writer.score().to_string(),
        "snippet" => snippet(writer),
        "hashtags" => hashtags(writer, CAPTION_TAGS),
        "any keyword" => any_keyword(writer),
        "benefits" => bullets(brief.benefits.iter().skip(1).take(3)),
        "earlier" => bullets(&brief.earlier_lines),
        "outline" => bullets(brief.outline.iter().take(4)),
        "checklist" => bullets(&[(); 3].map(|()| writer.say("steps"))),
        "other headlines" => other_headlines(writer),
        "everyone" => "Everyone".to_owned(),
        "type" if reports("bug") => "bug".to_owned(),
        "type" if reports("question") => "question".to_owned(),
        "type" => "feature".to_owned(),
        "priority" => if reports("urgent") { "high" } else { "medium" }.to_owned(),
        _ => match name.strip_suffix('!') {
            Some(bank) => writer.lead(bank),
            None => fact(name, brief).unwrap_or_else(|| writer.say(name)),
        },
    }
}

fn bullets<'a>(lines: impl IntoIterator<Item = &'a String>) -> String {
    let lines: Vec<&str> = lines.into_iter().map(String::as_str).collect();
    lines.join("\n- ")
}

/// The headlines that were not chosen, each with when it is the better one.
fn other_headlines(writer: &Writer<'_>) -> String {
    let others = writer.brief.earlier_lines.iter().skip(1);
    let others: Vec<String> = others
        .zip(texts().bank("reasons").iter().cycle())
        .map(|(line, why)| format!("\n- **{line}**: {why}"))
        .collect();
    if others.is_empty() {
        return String::new();
    }
    format!("## Other headlines\n{}", others.concat())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::providers::{
        request::ItemOf,
        sample::{brief::Brief, dice::Dice},
    };

    fn slots_of(value: &Value, slots: &mut Vec<String>) {
        match value {
            Value::String(text) => {
                let named = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
                slots.extend(named.flat_map(|(slot, _)| slot.split('|').map(str::to_owned)));
            }
            Value::Array(items) => items.iter().for_each(|item| slots_of(item, slots)),
            Value::Object(fields) => fields.values().for_each(|field| slots_of(field, slots)),
            _ => {}
        }
    }

    #[test]
    fn every_slot_of_a_form_says_something_where_the_brief_says_all() {
        let brief = Brief::read(
            "Product: Moon Tea is a calm tea\nAudience: night owls\nBenefit: sleep well\n\
             Benefits: no caffeine, little sugar\nCall to action: Brew it\nPrice: $4\n\
             Headlines:\nOne\nTwo\n\n# Moon tea\n## First\n",
            None,
        );
        let texts: Value = serde_json::from_str(include_str!("../texts.json")).unwrap_or_default();
        let mut slots = Vec::new();
        slots_of(&texts["forms"], &mut slots);
        slots_of(&texts["fields"], &mut slots);
        slots.retain(|slot| {
            !["text", "details 1", "details 2", "details 3", "title"].contains(&slot.as_str())
        });

        assert!(slots.len() > 80);
        for slot in slots {
            let mut writer = Writer::new(&brief, Dice::for_item("", 1, 0), ItemOf::default());
            assert!(!say_named(&mut writer, &slot).is_empty(), "{slot}");
        }
    }
}
