//! A template's statistics in words. What is not known is left out; it is never shown as zero.

use model::pages::TemplateStats;
use ui::format;

/// How many runs it has had: `128 runs`, `No runs yet`.
pub fn uses(stats: &TemplateStats) -> String {
    match u64::try_from(stats.uses) {
        Ok(uses @ 1..) => format::pluralize(uses, "run", "runs"),
        _ => "No runs yet".to_owned(),
    }
}

/// The share of completed runs among those that ended, without sample runs: `97%`.
pub fn success(stats: &TemplateStats) -> Option<String> {
    (stats.ended > 0).then(|| format!("{}%", stats.completed * 100 / stats.ended))
}

/// How long a run usually takes: `2 min`.
pub fn usual_time(stats: &TemplateStats) -> Option<String> {
    let ms = u64::try_from(stats.median_ms?).ok()?;
    Some(format::duration(ms))
}

/// What a run usually costs: `$0.04`.
pub fn usual_cost(stats: &TemplateStats) -> Option<String> {
    stats.median_cost_micros.map(format::money)
}

/// Whether every run so far was answered by the sample provider.
pub fn only_samples(stats: &TemplateStats) -> bool {
    stats.uses > 0 && stats.sample_uses == stats.uses
}

/// The line on a card: `128 runs · 97% ok · about 2 min`.
pub fn line(stats: &TemplateStats) -> String {
    let mut facts = vec![uses(stats)];
    facts.extend(success(stats).map(|share| format!("{share} ok")));
    facts.extend(usual_time(stats).map(|time| format!("about {time}")));
    if only_samples(stats) {
        facts.push("sample only".to_owned());
    }
    facts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_nobody_ran_shows_no_percentage() {
        assert_eq!(line(&TemplateStats::default()), "No runs yet");
    }

    #[test]
    fn sample_runs_are_counted_but_promise_nothing() {
        let stats = TemplateStats { uses: 2, sample_uses: 2, ..TemplateStats::default() };

        assert_eq!(line(&stats), "2 runs · sample only");
    }

    #[test]
    fn real_runs_say_how_they_went() {
        let stats = TemplateStats {
            uses: 128,
            sample_uses: 28,
            completed: 97,
            ended: 100,
            median_ms: Some(120_000),
            median_cost_micros: Some(40_000),
        };

        assert_eq!(line(&stats), "128 runs · 97% ok · about 2 min");
        assert_eq!(usual_cost(&stats).as_deref(), Some("$0.040"));
    }
}
