//! Fields that narrow a list whose filter stands in the address, and how the address follows them.

use gloo_timers::callback::Timeout;
use leptos::{ev::Event, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate, params::ParamsMap};
use model::time::Timestamp;
use ui::{
    field::Choice,
    icon::{Glyph, Icon},
};
use web::client::{
    clock::{Zone, use_zone},
    own_until_cleanup,
};

const DAY_MS: u64 = 86_400_000;
/// How many letters of an instant are its day.
const DAY_LETTERS: usize = 10;

/// Goes to another address of the page in place of the one before: the page stays where it is
/// scrolled to, and "back" leads to the page that was there before it.
pub fn use_in_place() -> Callback<String> {
    let navigate = use_navigate();
    Callback::new(move |address: String| {
        let options =
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&address, options);
    })
}

/// The query of an address with these values; empty ones are left out.
pub fn query_string<'a>(parts: impl IntoIterator<Item = (&'static str, &'a str)>) -> String {
    let mut query = ParamsMap::new();
    for (name, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
        query.insert(name, value.to_owned());
    }
    query.to_query_string()
}

/// What a search field calls with its words: `search` gets them once nothing more has been typed
/// for `pause_ms`.
pub fn search_typed(pause_ms: u32, search: impl Fn(String) + Copy + 'static) -> Callback<String> {
    let typed = RwSignal::new(None::<String>);
    Effect::new(move || {
        let Some(words) = typed.get() else { return };
        own_until_cleanup(Timeout::new(pause_ms, move || search(words)));
    });
    Callback::new(move |words| typed.set(Some(words)))
}

/// One of several to narrow by, or none.
#[component]
pub fn Narrow(
    name: &'static str,
    /// What is chosen.
    label: &'static str,
    /// What it says while nothing is chosen.
    all: &'static str,
    /// The value in the address.
    value: Signal<String>,
    options: Vec<Choice>,
    /// Called with the value that was chosen; empty for none.
    on_choice: Callback<String>,
) -> impl IntoView {
    let now = value.get_untracked();
    let option = |choice: Choice| {
        let selected = choice.value == now;
        view! { <option value=choice.value selected=selected>{choice.label}</option> }
    };
    view! {
        <label class="history__field">
            <span class="history__label">{label}</span>
            <span class="select">
                <select
                    class="input"
                    name=name
                    prop:value=move || value.get()
                    on:change=move |event| on_choice.run(event_target_value(&event))
                >
                    <option value="">{all}</option>
                    {options.into_iter().map(option).collect_view()}
                </select>
                <Glyph icon=Icon::ChevronDown />
            </span>
        </label>
    }
}

/// Which end of a range of days a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayEnd {
    /// The first day: the range begins with it.
    First,
    /// The last day, which still belongs to the range.
    Last,
}

/// A day of the reader's calendar to narrow by, or none. The address carries the instant by the
/// reader's clock, so that the server needs no zone; a day without a clock is one in UTC, as a page
/// without scripts sends it.
#[component]
pub fn Day(
    name: &'static str,
    /// Which day is asked for.
    label: &'static str,
    /// Which end of the range it is.
    end: DayEnd,
    /// The instant in the address, or a day, or nothing.
    value: Signal<String>,
    /// Called with the instant that was chosen; empty for none.
    on_choice: Callback<String>,
) -> impl IntoView {
    let zone = use_zone();
    let day = move || value.with(|instant| day_of(instant).to_owned());
    let choose = move |event: Event| {
        on_choice.run(instant_of(&event_target_value(&event), end, zone.get_untracked()));
    };
    view! {
        <label class="history__field">
            <span class="history__label">{label}</span>
            <input
                class="input"
                type="date"
                name=name
                value=value.with_untracked(|instant| day_of(instant).to_owned())
                prop:value=day
                on:change=choose
            />
        </label>
    }
}

/// The day of an instant by the clock that it is written with.
fn day_of(instant: &str) -> &str {
    instant.get(..DAY_LETTERS).unwrap_or(instant)
}

/// Where a day begins or ends in a zone, by the clock of that zone; what is no day stays as it is.
fn instant_of(day: &str, end: DayEnd, zone: Zone) -> String {
    let Some(midnight) = Timestamp::from_iso8601(&format!("{day}T00:00:00Z")) else {
        return day.to_owned();
    };
    let at = match end {
        DayEnd::First => zone.unshift(midnight),
        // The next day begins a millisecond later.
        DayEnd::Last => Timestamp(zone.unshift(midnight.plus_ms(DAY_MS)).0 - 1),
    };
    at.to_iso8601_ahead(zone.minutes_ahead(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_an_instant_in_the_address_and_reads_back() {
        let first = instant_of("2026-11-20", DayEnd::First, Zone::Utc);
        let last = instant_of("2026-11-20", DayEnd::Last, Zone::Utc);

        assert_eq!(first, "2026-11-20T00:00:00.000+00:00");
        assert_eq!(last, "2026-11-20T23:59:59.999+00:00");
        assert_eq!([first, last].map(|at| day_of(&at).to_owned()), ["2026-11-20"; 2]);
        assert_eq!(day_of("2026-11-20"), "2026-11-20");
        assert_eq!(["", "soon"].map(day_of), ["", "soon"]);
        assert_eq!(instant_of("", DayEnd::First, Zone::Utc), "", "no day narrows nothing");
    }
}
