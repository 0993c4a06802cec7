//! Data retention: how long the history of executions that are over is kept, what is deleted then
//! and what stays.

use api::admin::{count_expired_history, load_retention, set_retention};
use frame::{
    form::{CardForm, Form},
    layout::page_resource::load_once,
};
use leptos::prelude::*;
use model::{
    api::executions::HistorySettings,
    number::{NumberKind, parse_number},
    problem::{FieldProblem, Problem},
};
use ui::{
    button::ButtonLook,
    card::Card,
    dialog::ConfirmDialog,
    field::NumberField,
    format,
    toast::{ToastKind, use_toasts},
};
use web::settings_page::SettingsPage;

use super::sheet::SettingsSheet;

/// What goes when the history of an execution is deleted.
const DELETED: [&str; 4] = [
    "The log with all events and attempts",
    "Inputs and answers of steps",
    "Earlier versions of outputs, unless kept",
    "Files sent with the launch, unless used elsewhere",
];

/// What stays.
const KEPT: [&str; 4] = [
    "The summary: who launched the run, when, how it ended and what it cost",
    "The latest version of each output, and kept versions",
    "Documents and images",
    "The audit log",
];

/// How long history is kept.
#[component]
pub fn RetentionPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_retention());
    view! {
        <SettingsSheet
            page=SettingsPage::Retention
            lead="Delete the history of runs some time after they end. Active runs keep theirs."
            loads=page
            failure="Couldn't load retention setting"
            count=2
            show=|settings| view! { <Retention settings=settings /> }.into_any()
        />
    }
}

#[component]
fn Retention(settings: HistorySettings) -> impl IntoView {
    view! {
        <Card title="Retention period">
            <RetentionForm settings=settings />
        </Card>
        <Card title="After that">
            <div class="retention__lists">
                <List title="Deleted for good" lines=DELETED />
                <List title="Kept" lines=KEPT />
            </div>
        </Card>
    }
}

#[component]
fn List(title: &'static str, lines: [&'static str; 4]) -> impl IntoView {
    let lines = lines.map(|line| view! { <li>{line}</li> });
    view! {
        <section>
            <h3>{title}</h3>
            <ul>{lines.into_iter().collect_view()}</ul>
        </section>
    }
}

/// The typed days.
///
/// # Errors
/// It is no whole number.
fn parse_days(text: &str) -> Result<HistorySettings, Problem> {
    let message = match parse_number(text, NumberKind::Whole) {
        Ok(number) => match number.as_u64().map(u32::try_from) {
            Some(Ok(days)) => return Ok(HistorySettings { days }),
            _ => "Enter a number of days, such as 90.".to_owned(),
        },
        Err(error) => error.to_string(),
    };
    let error = FieldProblem::field("not_a_number", "days", message);
    Err(Problem::invalid("The setting was not saved.", vec![error]))
}

/// A shorter time that waits for consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shorter {
    settings: HistorySettings,
    /// How many executions lose their history.
    executions: i64,
}

impl Shorter {
    fn words(self) -> String {
        let count = u64::try_from(self.executions).unwrap_or(0);
        let executions = format::pluralize(count, "run", "runs");
        let days = format::pluralize(u64::from(self.settings.days), "day", "days");
        format!(
            "Deletes the history of {executions} that ended more than {days} ago. This takes a \
             few minutes and can't be undone."
        )
    }
}

/// Asks how long, and for consent before anything is deleted by it.
#[component]
fn RetentionForm(settings: HistorySettings) -> impl IntoView {
    let form = Form::new(settings.days.to_string());
    let (kept, sending, toasts) = (RwSignal::new(settings), form.sending, use_toasts());
    let (shorter, asking) = (RwSignal::new(None::<Shorter>), RwSignal::new(false));
    let save = move |settings: HistorySettings| {
        sending.send(set_retention(settings), move |()| {
            kept.try_set(settings);
            toasts.show(ToastKind::Done, "Saved.");
        });
    };
    // Saves a time that deletes nothing; asks first where it does.
    let save_or_ask = move |()| {
        let settings = match parse_days(&form.filled()) {
            Ok(settings) => settings,
            Err(wrong) => return sending.problem.set(Some(wrong)),
        };
        if settings.days >= kept.get_untracked().days {
            return save(settings);
        }
        sending.send(count_expired_history(settings), move |executions| {
            if executions == 0 {
                return save(settings);
            }
            shorter.try_set(Some(Shorter { settings, executions }));
            asking.try_set(true);
        });
    };
    let agree = move |()| {
        if let Some(shorter) = shorter.get_untracked() {
            save(shorter.settings);
        }
    };
    let words = Signal::derive(move || shorter.get().map(Shorter::words).unwrap_or_default());
    view! {
        <CardForm
            sending=sending
            on_submit=save_or_ask
            verb="Save"
            look=ButtonLook::Primary
            test_id="retention"
        >
            <NumberField name="days" label="Days" min=1.0 max=3650.0 step=1.0 required=true
                value=form.text("days", |days| days)
                help="1 to 3650, counted from the end of the run." />
        </CardForm>
        <ConfirmDialog
            id="shorten-history"
            title="Delete older history?"
            text=words
            verb="Delete history"
            open=asking
            on_confirm=agree
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_a_whole_number() {
        assert_eq!(parse_days(" 30 "), Ok(HistorySettings { days: 30 }));
        for wrong in ["", "soon", "1.5", "-3", "99999999999"] {
            let message = parse_days(wrong).err().and_then(|error| error.field_message("days"));
            assert!(message.is_some(), "{wrong}");
        }
    }

    #[test]
    fn what_is_deleted_is_counted_first() {
        let shorter = Shorter { settings: HistorySettings { days: 1 }, executions: 1_200 };
        assert!(shorter.words().starts_with("Deletes the history of 1,200 runs"), "{shorter:?}");
        assert!(shorter.words().contains("more than 1 day ago"), "{shorter:?}");
    }
}
