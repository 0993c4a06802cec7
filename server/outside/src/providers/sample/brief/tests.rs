use super::*;

#[test]
fn labelled_lines_become_facts() {
    let brief = Brief::read(
        "Write a Facebook ad.\nProduct: Solar Kettle\nAudience: weekend hikers\nTone: playful\n\
         Key benefits: boils in 90 seconds, needs no gas\nOffer: 20% off until Sunday\nPrice: $49",
        None,
    );

    assert_eq!(brief.subject, "Solar Kettle");
    assert_eq!(brief.audience.as_deref(), Some("weekend hikers"));
    assert_eq!(brief.benefits, ["boils in 90 seconds", "needs no gas"]);
    assert_eq!(brief.offer.as_deref(), Some("20% off until Sunday"));
    assert_eq!(brief.facts, [("price".to_owned(), "$49".to_owned())]);
    assert_eq!((brief.form.name.as_str(), brief.tone), ("ad", "playful"));
}

#[test]
fn labels_may_share_a_line_and_values_may_follow_as_bullets() {
    let brief = Brief::read(
        "Product: Luma. Audience: night owls. Tone: warm.\nKey benefits:\n- soft light\n- long life\n",
        None,
    );

    assert_eq!(brief.subject, "Luma");
    assert_eq!(brief.audience.as_deref(), Some("night owls"));
    assert_eq!(brief.benefits, ["soft light", "long life"]);
    assert_eq!(brief.tone, "warm");
}

#[test]
fn prose_names_subject_description_and_audience() {
    let brief = Brief::read(
        "Write a Facebook ad for Solar Kettle, a cordless kettle powered by the sun, for hikers. \
         Make it bold and keep it under 300 characters.",
        None,
    );

    assert_eq!(brief.subject, "Solar Kettle");
    assert_eq!(brief.description.as_deref(), Some("a cordless kettle powered by the sun"));
    assert_eq!(brief.audience.as_deref(), Some("hikers"));
    assert_eq!(brief.tone, "bold");
    assert_eq!(brief.most_chars, Some(300));
}

#[test]
fn quotes_topics_titles_and_bare_words_name_the_subject_too() {
    let cases = [
        ("Write a caption for “Moon Tea”.", "Moon Tea"),
        ("Write a blog post about remote work for small teams", "remote work"),
        ("Write 5 social snippets for this blog post:\n\n# How to Brew\n\nText", "this"),
        ("coffee shop opening", "coffee shop opening"),
        ("", "this idea"),
    ];

    for (prompt, subject) in cases {
        assert_eq!(Brief::read(prompt, None).subject, subject, "{prompt}");
    }
}

#[test]
fn amounts_and_outlines_are_read() {
    let brief = Brief::read(
        "Write five short headlines of at most 8 words.\nOutline:\n1. Why tea\n2. How to brew",
        None,
    );

    assert_eq!((brief.count, brief.words), (Some(5), Some(8)));
    assert_eq!(brief.outline, ["Why tea", "How to brew"]);
}
