//! What the person has set for themselves: colours, the form of dates and numbers, wanted news.

use std::collections::BTreeSet;

use api::account::set_preferences;
use frame::{
    form::{CardForm, Form},
    layout::{
        session::Session,
        theme::{PageTheme, choose_theme, remembered_theme},
    },
};
use leptos::prelude::*;
use model::{
    locale::Locale,
    preferences::{MutedNotices, NoticeChannel, NoticeKind, Preferences, Theme},
    time::Timestamp,
};
use ui::{
    card::Card,
    field::{Choice, MultiChoiceField, SelectField, choices},
    toast::{ToastKind, use_toasts},
};
use web::client::{locale, page::reload};

/// The value of the choice of the form that the browser asks for.
const BROWSER: &str = "browser";
/// Written in each form as an example: the morning of the 5th of November 2026.
const EXAMPLE: Timestamp = Timestamp(1_793_869_800_000);

/// What is filled in.
#[derive(Clone)]
struct PreferencesDraft {
    theme: String,
    locale: String,
    /// The keys of the news that are wanted in browsers.
    notices: Vec<String>,
    /// The keys of the news that are wanted by mail.
    mails: Vec<String>,
}

fn wanted_keys(muted: &MutedNotices, kinds: &[NoticeKind], way: NoticeChannel) -> Vec<String> {
    let wanted = kinds.iter().filter(|kind| muted.wants(**kind, way));
    wanted.map(|kind| kind.key().to_owned()).collect()
}

/// What is muted of these kinds where these are wanted; what else was muted stays.
fn muted_kinds(
    mut muted: BTreeSet<NoticeKind>,
    kinds: &[NoticeKind],
    wanted: &[String],
) -> BTreeSet<NoticeKind> {
    for kind in kinds {
        if wanted.iter().any(|key| key == kind.key()) {
            muted.remove(kind);
        } else {
            muted.insert(*kind);
        }
    }
    muted
}

impl PreferencesDraft {
    fn new(kept: &Preferences, theme: Theme) -> Self {
        let wanted = |kinds: &[NoticeKind], way| wanted_keys(&kept.muted, kinds, way);
        Self {
            theme: theme.key().to_owned(),
            locale: kept.locale.map_or(BROWSER, Locale::key).to_owned(),
            notices: wanted(&NoticeKind::IN_BROWSER, NoticeChannel::Browser),
            mails: wanted(&NoticeKind::ALL, NoticeChannel::Mail),
        }
    }

    /// The preferences as they were chosen; what the form does not show stays.
    fn preferences(&self, kept: Preferences) -> Preferences {
        let MutedNotices { browser, mail } = kept.muted;
        let browser = muted_kinds(browser, &NoticeKind::IN_BROWSER, &self.notices);
        let mail = muted_kinds(mail, &NoticeKind::ALL, &self.mails);
        Preferences {
            theme: Theme::from_key(&self.theme),
            locale: Locale::from_key(&self.locale),
            muted: MutedNotices { browser, mail },
        }
    }
}

/// The form of the preferences.
#[component]
pub(super) fn PreferencesCard(
    session: Session,
    /// Whether mails are sent.
    mail: bool,
) -> impl IntoView {
    let theme = use_context::<PageTheme>().map(|PageTheme(theme)| theme);
    let theme = theme.unwrap_or_else(|| RwSignal::new(remembered_theme()));
    let form = Form::new(PreferencesDraft::new(&session.view().preferences, theme.get_untracked()));
    // The button at the top of the page chooses, too.
    Effect::new(move || {
        let chosen = theme.get().key().to_owned();
        form.value.update(|draft| draft.theme = chosen);
    });
    let toasts = use_toasts();
    let save = move |()| {
        let before = session.view().preferences;
        let wanted = form.filled().preferences(before.clone());
        form.sending.send(set_preferences(wanted.clone()), move |()| {
            session.update(|view| view.preferences = wanted.clone());
            show(&before, &wanted, theme);
            toasts.show(ToastKind::Done, "Preferences saved.");
        });
    };
    view! {
        <Card title="Preferences">
            <CardForm
                sending=form.sending
                on_submit=save
                verb="Save preferences"
                test_id="preferences"
            >
                <Inputs form=form mail=mail />
            </CardForm>
        </Card>
    }
}

/// Gives the page what was chosen.
fn show(before: &Preferences, wanted: &Preferences, theme: RwSignal<Theme>) {
    if let Some(chosen) = wanted.theme {
        choose_theme(chosen, theme);
    }
    if wanted.locale != before.locale {
        locale::remember(wanted.locale);
        // Everything that is on the page has to be written anew.
        reload();
    }
}

#[component]
fn Inputs(form: Form<PreferencesDraft>, mail: bool) -> impl IntoView {
    let themes = Theme::ALL.into_iter().map(|theme| {
        let label = match theme {
            Theme::System => "Match system",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        };
        Choice::new(theme.key(), label)
    });
    let themes: Vec<Choice> = themes.collect();
    let forms = Locale::ALL.into_iter().map(|locale| {
        let number = locale.write_number("1,234.5".to_owned());
        let label = format!("{}: {}, {number}", locale.label(), locale.date(EXAMPLE));
        Choice::new(locale.key(), label)
    });
    let mut forms: Vec<Choice> = forms.collect();
    forms.push(Choice::new(BROWSER, "Match browser"));
    let news =
        |kinds: &[NoticeKind]| choices(kinds.iter().copied(), NoticeKind::key, NoticeKind::label);
    let mails = mail.then(|| {
        view! {
            <MultiChoiceField name="account_mails" label="Emails" options=news(&NoticeKind::ALL)
                value=form.part("mails", |draft| &mut draft.mails)
                help="Sent to the email address of your account." />
        }
    });
    view! {
        <div class="form__pair">
            <SelectField name="account_theme" label="Theme" options=themes
                value=form.text("theme", |draft| &mut draft.theme) />
            <SelectField name="account_locale" label="Date and number format" options=forms
                value=form.text("locale", |draft| &mut draft.locale) />
        </div>
        <MultiChoiceField name="account_notices" label="Browser notifications"
            value=form.part("notices", |draft| &mut draft.notices)
            options=news(&NoticeKind::IN_BROWSER)
            help="Turn them on in the Activity panel of this browser." />
        {mails}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_does_not_show_stays_as_it_was() {
        let mut kept = Preferences { locale: None, ..Preferences::default() };
        kept.muted.browser.extend([NoticeKind::Mention, NoticeKind::ExecutionEnded]);
        kept.muted.mail.insert(NoticeKind::Budget);
        let mut draft = PreferencesDraft::new(&kept, Theme::Dark);

        let same = draft.preferences(kept.clone());
        draft.notices = vec![NoticeKind::ExecutionEnded.key().to_owned()];
        let other = draft.preferences(kept.clone());

        assert_eq!(same, Preferences { theme: Some(Theme::Dark), ..kept.clone() });
        let muted = [NoticeKind::ReviewWaits, NoticeKind::Mention, NoticeKind::ExecutionFailed];
        assert_eq!(other.muted.browser, BTreeSet::from(muted));
        assert_eq!(other.muted.mail, kept.muted.mail);
    }
}
