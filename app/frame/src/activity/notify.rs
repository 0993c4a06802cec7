//! Says outside the page that a review waits or an execution has ended, to those who want it.

use leptos::prelude::*;
use model::{
    execution::state::ExecutionStatus,
    id::{CommentId, ExecutionId, WorkspaceId},
    pages::{Attention, EndedRow},
    preferences::NoticeKind,
    time::Timestamp,
};
use web::{
    client::{notification, storage},
    routes,
};

use super::mentions::by_whom;

/// What the browser keeps under this name is `on` or nothing.
const KEY: &str = "notify";

/// Whether a person wants to hear of it on this machine.
#[derive(Clone, Copy)]
pub struct Desired(RwSignal<bool>);

impl Desired {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(false))
    }

    /// What was chosen before, in the browser.
    pub(super) fn recall(self) {
        self.0.set(storage::recall(KEY).as_deref() == Some("on"));
    }

    pub fn get(self) -> bool {
        self.0.get()
    }

    pub(super) fn is_on(self) -> bool {
        self.0.try_get_untracked() == Some(true)
    }

    /// Keeps the choice.
    pub fn choose(self, on: bool) {
        if on {
            storage::keep(KEY, "on")
        } else {
            storage::forget(KEY)
        }
        self.0.try_set(on);
    }
}

/// What was known when it was last heard.
#[derive(Default)]
struct Known {
    waiting: i64,
    /// When the latest mention was made, and in which comment.
    mention: Option<(Timestamp, CommentId)>,
    ended: Vec<ExecutionId>,
}

/// A piece of news: what replaces it, its words, and where it leads.
#[derive(Debug, PartialEq, Eq)]
struct News {
    kind: NoticeKind,
    tag: String,
    title: String,
    text: String,
    path: String,
}

/// Compares what is with what was.
#[derive(Clone, Copy)]
pub(super) struct Announcer {
    workspace: WorkspaceId,
    /// Whether the person wants news of this kind.
    wants: Callback<NoticeKind, bool>,
    desired: Desired,
    known: StoredValue<Option<Known>>,
    /// News that came while nobody looked; stands before the page's title.
    unseen: StoredValue<usize>,
}

impl Announcer {
    pub(super) fn new(
        workspace: WorkspaceId,
        desired: Desired,
        wants: Callback<NoticeKind, bool>,
    ) -> Self {
        let (known, unseen) = (StoredValue::new(None), StoredValue::new(0));
        Self { workspace, wants, desired, known, unseen }
    }

    /// Announces what is new, unless the page is being looked at: there it shows anyway.
    pub(super) fn hear(self, now: &Attention) {
        let Some(mut news) = self.known.try_update_value(|known| {
            let news = known.as_ref().map(|known| find_news(self.workspace, known, now));
            let ended = now.ended.iter().map(|row| row.id).collect();
            let mention = now.mention.as_ref().map(|row| (row.at, row.comment_id));
            *known = Some(Known { waiting: now.waiting, mention, ended });
            news.unwrap_or_default()
        }) else {
            return;
        };
        news.retain(|piece| self.wants.run(piece.kind));
        let looked_at = !document().hidden() && document().has_focus().unwrap_or(true);
        if !self.desired.is_on() || looked_at || news.is_empty() {
            return;
        }
        for piece in &news {
            notification::show(&piece.tag, &piece.title, &piece.text, piece.path.clone());
        }
        self.unseen.update_value(|unseen| *unseen += news.len());
        show_count(self.unseen.get_value());
    }

    /// Takes the count off the title, because the page has been looked at.
    pub(super) fn mark_seen(self) {
        if self.unseen.try_update_value(std::mem::take).unwrap_or(0) > 0 {
            show_count(0);
        }
    }
}

fn find_news(workspace: WorkspaceId, known: &Known, now: &Attention) -> Vec<News> {
    let review = (now.waiting > known.waiting).then(|| News {
        kind: NoticeKind::ReviewWaits,
        tag: "atelier-review".to_owned(),
        title: "A review needs you".to_owned(),
        text: now.latest.as_ref().map_or_else(
            || "A run continues after your decision.".to_owned(),
            |row| format!("{} #{}: {}", row.execution_name, row.execution_number, row.step),
        ),
        path: routes::reviews(workspace),
    });
    // Of those that were seen none comes back: another one is newer.
    let mention = now.mention.as_ref().filter(|row| Some((row.at, row.comment_id)) > known.mention);
    let mention = mention.map(|row| News {
        kind: NoticeKind::Mention,
        tag: "atelier-mention".to_owned(),
        title: format!("{} mentioned you: {}", by_whom(row), row.title),
        text: row.excerpt.clone(),
        path: routes::mention(workspace, row),
    });
    let fresh = now.ended.iter().filter(|row| !known.ended.contains(&row.id));
    let people = review.into_iter().chain(mention);
    people.chain(fresh.map(|row| ended_news(workspace, row))).collect()
}

fn ended_news(workspace: WorkspaceId, row: &EndedRow) -> News {
    let (kind, word, text) = match row.status {
        ExecutionStatus::Completed => {
            (NoticeKind::ExecutionEnded, "completed", "Its results are ready.")
        }
        ExecutionStatus::Failed => {
            (NoticeKind::ExecutionFailed, "failed", "Open it to see why and what to do.")
        }
        // Those that are not over have not ended.
        ExecutionStatus::Stopped
        | ExecutionStatus::Pending
        | ExecutionStatus::Running
        | ExecutionStatus::Paused => {
            (NoticeKind::ExecutionEnded, "was stopped", "Results so far are kept.")
        }
    };
    News {
        kind,
        tag: format!("atelier-{}", row.id),
        title: format!("{} #{} {word}", row.name, row.number),
        text: text.to_owned(),
        path: routes::execution(workspace, row.id),
    }
}

/// Puts the count before the title of the page; 0 takes it away.
fn show_count(unseen: usize) {
    let title = document().title();
    document().set_title(&title_with_count(&title, unseen));
}

fn title_with_count(title: &str, unseen: usize) -> String {
    let count = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let own = title.strip_prefix('(').and_then(|rest| rest.split_once(") "));
    let own = own.filter(|(digits, _)| count(digits)).map_or(title, |(_, own)| own);
    if unseen == 0 { own.to_owned() } else { format!("({unseen}) {own}") }
}

#[cfg(test)]
mod tests {
    use model::comment::{mentioned::MentionRow, subject::CommentSubject};
    use uuid::Uuid;

    use super::*;

    fn ended_row(number: i64, status: ExecutionStatus) -> EndedRow {
        let id = ExecutionId(Uuid::from_u128(u128::from(number.unsigned_abs())));
        EndedRow { id, number, name: "Ads".to_owned(), status, ended_at: Timestamp(0) }
    }

    #[test]
    fn only_what_is_new_is_news() {
        let workspace = WorkspaceId(Uuid::nil());
        let rows =
            [ended_row(8, ExecutionStatus::Failed), ended_row(7, ExecutionStatus::Completed)];
        let known = Known { waiting: 1, mention: None, ended: vec![rows[1].id] };
        let now = |waiting| Attention { waiting, ended: rows.to_vec(), ..Attention::default() };
        let titles = |waiting| -> Vec<String> {
            find_news(workspace, &known, &now(waiting)).into_iter().map(|news| news.title).collect()
        };

        assert_eq!(titles(1), ["Ads #8 failed"]);
        assert_eq!(titles(2), ["A review needs you", "Ads #8 failed"]);
        assert_eq!(titles(0), ["Ads #8 failed"]);
    }

    #[test]
    fn a_mention_is_news_once() {
        let (workspace, id) = (WorkspaceId(Uuid::nil()), Uuid::from_u128(7));
        let mention = MentionRow {
            comment_id: CommentId(id),
            subject: CommentSubject::Document { id: id.into() },
            execution_id: None,
            title: "Spring brief".to_owned(),
            by: Some("Ben".to_owned()),
            excerpt: "Is it ready?".to_owned(),
            at: Timestamp(0),
        };
        let now = Attention { mention: Some(mention), ..Attention::default() };
        let titles = |mention| -> Vec<String> {
            let known = Known { mention, ..Known::default() };
            find_news(workspace, &known, &now).into_iter().map(|news| news.title).collect()
        };

        assert_eq!(titles(None), ["Ben mentioned you: Spring brief"]);
        assert_eq!(titles(Some((Timestamp(0), CommentId(id)))), [""; 0]);
        // An older comment may name the person later, when it is changed.
        let newer = CommentId(Uuid::from_u128(8));
        assert_eq!(titles(Some((Timestamp(-1), newer))), ["Ben mentioned you: Spring brief"]);
    }

    #[test]
    fn the_title_carries_one_count_and_loses_it_again() {
        assert_eq!(title_with_count("Home · Atelier", 2), "(2) Home · Atelier");
        assert_eq!(title_with_count("(2) Home · Atelier", 3), "(3) Home · Atelier");
        assert_eq!(title_with_count("(2) Home · Atelier", 0), "Home · Atelier");
        assert_eq!(title_with_count("(draft) Plan", 0), "(draft) Plan");
    }
}
