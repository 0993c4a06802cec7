//! What an AI review said, as a card.

use leptos::prelude::*;
use model::nodes::ai_review::{Judgement, score_words};
use ui::{
    icon::{Glyph, Icon},
    markdown::ReadableText,
};

/// The best score there is.
const BEST: f64 = 10.0;

fn threshold_words(threshold: f64) -> String {
    format!("Passing score: {threshold}")
}

fn share(score: f64) -> String {
    format!("{:.1}%", (score / BEST).clamp(0.0, 1.0) * 100.0)
}

/// Score against threshold, feedback and suggestions, each with what can be done with it.
#[component]
pub fn VerdictCard(
    /// What was said.
    judgement: Judgement,
    /// Draws what can be done with a suggestion.
    #[prop(optional)]
    offer: Option<Callback<String, AnyView>>,
) -> impl IntoView {
    let Judgement { verdict, threshold } = judgement;
    let (word, icon, state) = if verdict.passed {
        ("Passed", Icon::CircleCheck, "passed")
    } else {
        ("Not passed", Icon::CircleX, "not_passed")
    };
    let line = move |suggestion: String| {
        let offered = offer.map(|offer| offer.run(suggestion.clone()));
        view! {
            <li class="verdict__suggestion">
                <p>{suggestion}</p>
                {offered}
            </li>
        }
    };
    let any = !verdict.suggestions.is_empty();
    let lines = verdict.suggestions.into_iter().map(line).collect_view();
    view! {
        <div class="verdict" role="group" aria-label="Verdict" data-state=state data-testid="verdict">
            <p class="verdict__head">
                <span class="verdict__word">
                    <Glyph icon=icon size=16 />
                    {word}
                </span>
                <span class="num">
                    <strong class="verdict__score">{score_words(verdict.score)}</strong>
                    " of 10"
                </span>
            </p>
            <Meter score=verdict.score threshold=threshold />
            {threshold.map(|from| view! { <p class="muted small num">{threshold_words(from)}</p> })}
            <ReadableText text=verdict.feedback class="verdict__feedback" below=3 />
            {any
                .then(|| {
                    view! {
                        <p class="verdict__label">"Suggestions"</p>
                        <ul class="verdict__suggestions">{lines}</ul>
                    }
                })}
        </div>
    }
}

/// A bar of the score, with a mark where it passes.
#[component]
fn Meter(score: f64, threshold: Option<f64>) -> impl IntoView {
    let mark = threshold.map(|threshold| {
        view! { <span class="verdict__mark" style:--at=share(threshold)></span> }
    });
    view! {
        <div
            class="verdict__meter"
            role="meter"
            aria-label="Score"
            aria-valuemin="0"
            aria-valuemax="10"
            aria-valuenow=score_words(score)
        >
            <span class="verdict__fill" style:--filled=share(score)></span>
            {mark}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use model::nodes::ai_review::Verdict;

    use super::*;

    #[test]
    fn a_score_reads_with_at_most_one_digit_and_stays_on_its_bar() {
        assert_eq!([8.0, 8.25, 7.96].map(score_words), ["8", "8.2", "7.9"]);
        assert_eq!([7.0, 7.25].map(threshold_words), ["Passing score: 7", "Passing score: 7.25"]);
        assert_eq!([7.0, 12.0, -1.0].map(share), ["70.0%", "100.0%", "0.0%"]);
    }

    #[test]
    fn a_card_says_in_words_what_passed_and_from_where() {
        let verdict = Verdict {
            score: 6.5,
            passed: false,
            feedback: "Too long.".to_owned(),
            suggestions: vec!["Cut <b>half</b>.".to_owned()],
        };
        let judgement = Judgement { verdict, threshold: Some(7.5) };

        let html = Owner::new().with(|| view! { <VerdictCard judgement=judgement /> }.to_html());

        for words in ["Not passed", "6.5", "Passing score: 7.5", "Too long.", "Cut &lt;b&gt;half"] {
            assert!(html.contains(words), "{words} is not in {html}");
        }
        assert!(html.contains("--at:75.0%") && html.contains("aria-valuenow=\"6.5\""), "{html}");
    }
}
