//! Which kind of text a prompt asks for.

/// Kinds of text the sample can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Headline,
    SubjectLine,
    Call,
    Caption,
    Carousel,
    Snippet,
    Ad,
    Hero,
    Email,
    Outline,
    Article,
    Body,
    Summary,
    Scene,
    Verdict,
    Plan,
    Change,
    PullRequest,
    Triage,
    Reply,
    Explanation,
}

impl Form {
    /// True for forms of which several are written as one list.
    pub(super) fn is_listed(self) -> bool {
        self.is_one_line() || self == Self::Caption
    }

    /// True for forms of a single line.
    pub(super) fn is_one_line(self) -> bool {
        matches!(self, Self::Headline | Self::SubjectLine | Self::Call | Self::Snippet)
    }
}

/// Words that name a form; of those that start at one place the longest wins.
const NAMES: [(&str, Form); 72] = [
    ("subject line", Form::SubjectLine),
    ("headline", Form::Headline),
    ("tagline", Form::Headline),
    ("slogan", Form::Headline),
    ("blog title", Form::Headline),
    ("title", Form::Headline),
    ("cta copy", Form::Call),
    ("cta", Form::Call),
    ("call to action", Form::Call),
    ("call-to-action", Form::Call),
    ("button", Form::Call),
    ("caption", Form::Caption),
    ("instagram post", Form::Caption),
    ("carousel", Form::Carousel),
    ("social post", Form::Snippet),
    ("social media post", Form::Snippet),
    ("social snippet", Form::Snippet),
    ("snippet", Form::Snippet),
    ("tweet", Form::Snippet),
    ("linkedin", Form::Snippet),
    ("facebook post", Form::Snippet),
    ("facebook ad", Form::Ad),
    ("ad copy", Form::Ad),
    ("ad", Form::Ad),
    ("ads", Form::Ad),
    ("advert", Form::Ad),
    ("advertisement", Form::Ad),
    ("landing page", Form::Hero),
    ("hero", Form::Hero),
    ("newsletter", Form::Email),
    ("email", Form::Email),
    ("e-mail", Form::Email),
    ("outline", Form::Outline),
    ("blog outline", Form::Outline),
    ("blog post outline", Form::Outline),
    ("article outline", Form::Outline),
    ("blog post", Form::Article),
    ("blog article", Form::Article),
    ("article", Form::Article),
    ("essay", Form::Article),
    ("guide", Form::Article),
    ("summary", Form::Summary),
    ("summarize", Form::Summary),
    ("summarise", Form::Summary),
    ("image prompt", Form::Scene),
    ("image description", Form::Scene),
    ("visual", Form::Scene),
    ("evaluate", Form::Verdict),
    ("score", Form::Verdict),
    ("plan", Form::Plan),
    ("patch", Form::Change),
    ("implement", Form::Change),
    ("fix", Form::Change),
    ("pull request", Form::PullRequest),
    ("commit message", Form::PullRequest),
    ("triage", Form::Triage),
    ("reply", Form::Reply),
    ("comment", Form::Reply),
    ("review", Form::Verdict),
    ("rate", Form::Verdict),
    ("analyze", Form::Change),
    ("analyse", Form::Change),
    ("diagnose", Form::Change),
    ("investigate", Form::Change),
    ("root cause", Form::Change),
    ("release note", Form::PullRequest),
    ("changelog", Form::PullRequest),
    ("classify", Form::Triage),
    ("explain", Form::Explanation),
    ("explanation", Form::Explanation),
    ("describe", Form::Explanation),
    ("product description", Form::Body),
];

/// Words that show that something is to be sold or told to an audience.
const SELLING: [&str; 9] = [
    "product",
    "brand",
    "audience",
    "benefit",
    "offer",
    "customer",
    "campaign",
    "marketing",
    "sale",
];

/// Words that begin a phrase of their own, so that the name before them is the last of its kind.
const BREAKS: [&str; 23] = [
    "for", "of", "about", "with", "from", "to", "and", "on", "in", "based", "that", "under",
    "this", "these", "by", "as", "at", "which", "a", "an", "the", "leading", "fits",
];

const VERBS: [&str; 26] = [
    "write",
    "create",
    "generate",
    "draft",
    "produce",
    "compose",
    "suggest",
    "give",
    "make",
    "propose",
    "prepare",
    "develop",
    "craft",
    "analyze",
    "analyse",
    "diagnose",
    "investigate",
    "explain",
    "describe",
    "review",
    "score",
    "evaluate",
    "triage",
    "classify",
    "summarize",
    "outline",
];

/// The form that the instruction names first.
pub(super) fn form_of(prompt: &str) -> Form {
    let prompt = prompt.to_lowercase();
    let instruction = VERBS.iter().filter_map(|verb| find_word(&prompt, verb)).min();
    let named = instruction.and_then(|start| first_named(sentence(&prompt[start..])));
    named.or_else(|| first_named(&prompt)).unwrap_or_else(|| {
        let sells = find_word(&prompt, "copy").is_some()
            || SELLING.iter().any(|word| find_word(&prompt, word).is_some());
        if sells { Form::Body } else { Form::Explanation }
    })
}

fn sentence(text: &str) -> &str {
    let end = text.find(['\n', '?', '!']).into_iter().chain(text.find(". ")).min();
    &text[..end.unwrap_or(text.len())]
}

/// The first name in a text; of a compound such as "email subject line" its last part.
fn first_named(text: &str) -> Option<Form> {
    let found = NAMES.iter().filter_map(|(name, form)| Some((find_word(text, name)?, name, form)));
    let (at, name, form) = found.min_by_key(|(at, name, _)| (*at, usize::MAX - name.len()))?;
    let rest = text[at + name.len()..].trim_start_matches('s');
    let compound = &rest[..rest.find([',', '.', ':', ';']).unwrap_or(rest.len())];
    let words = compound.split_whitespace().take_while(|word| !BREAKS.contains(word));
    let tail = words.take(4).collect::<Vec<_>>().join(" ");
    if tail.is_empty() {
        return Some(*form);
    }
    first_named(&tail).or(Some(*form))
}

/// Where a word or phrase stands on its own, a plural included.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_letter = |letter: char| letter.is_alphanumeric();
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let after = &text[at + word.len()..];
        let after = after.strip_prefix('s').unwrap_or(after);
        !text[..at].ends_with(is_letter) && !after.starts_with(is_letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_what_the_instruction_names_first() {
        let cases = [
            ("Write a Facebook ad for Solar Kettle. Include a call to action.", Form::Ad),
            ("Write 5 email subject lines about our sale", Form::SubjectLine),
            ("Write the body of an email about our sale", Form::Email),
            ("Generate a compelling headline for a blog article", Form::Headline),
            ("Create a blog post outline about tea", Form::Outline),
            ("You are an editor.\nWrite a blog post from this outline:\n## One", Form::Article),
            ("Topic: tea\nWrite an Instagram caption.", Form::Caption),
            ("Write landing page hero copy", Form::Hero),
            ("Add a roadmap", Form::Explanation),
            ("Write a Facebook ad headline for tea", Form::Headline),
            ("Write a blog post title", Form::Headline),
            ("Write copy for our new product", Form::Body),
            ("Diagnose why the deployment failed", Form::Change),
            ("Score this text against the rubric", Form::Verdict),
            ("Triage the issue below", Form::Triage),
        ];

        for (prompt, form) in cases {
            assert_eq!(form_of(prompt), form, "{prompt}");
        }
    }
}
