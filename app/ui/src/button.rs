//! Buttons and links that look like buttons.

use leptos::{ev::MouseEvent, prelude::*};

use super::icon::{Glyph, Icon};

/// How much a button asks for attention; at most one `Primary` per view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonLook {
    /// An ordinary action.
    #[default]
    Plain,
    /// The one thing the page is for.
    Primary,
    /// An action among many, without a frame.
    Ghost,
    /// An action that deletes something or cannot be undone.
    Danger,
}

impl ButtonLook {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button button--primary",
            Self::Ghost => "button button--ghost",
            Self::Danger => "button button--danger",
        }
    }
}

/// How large a button is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// 32 px high.
    #[default]
    Regular,
    /// 40 px high, for the main action of a form.
    Large,
    /// 28 px high, for rows and cards.
    Small,
}

impl ButtonSize {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Regular => None,
            Self::Large => Some("large"),
            Self::Small => Some("small"),
        }
    }
}

/// What pressing a button does in its form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonRole {
    /// Only calls `on_press`.
    #[default]
    Press,
    /// Sends the form around it.
    Submit,
}

impl ButtonRole {
    fn name(self) -> &'static str {
        match self {
            Self::Press => "button",
            Self::Submit => "submit",
        }
    }
}

/// A button with words; while `busy` it shows a spinner and cannot be pressed again.
#[component]
pub fn Button(
    /// How much attention it asks for.
    #[prop(optional)]
    look: ButtonLook,
    /// How large it is.
    #[prop(optional)]
    size: ButtonSize,
    /// Whether it sends the form around it.
    #[prop(optional)]
    role: ButtonRole,
    /// A picture before the words.
    #[prop(optional_no_strip, into)]
    icon: Option<Icon>,
    /// Has the focus when the dialog around it opens.
    #[prop(optional)]
    autofocus: bool,
    /// Whether it cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether its action is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it cannot be pressed now, shown as a tooltip; unlike a disabled button it can be
    /// focused.
    #[prop(optional, into)]
    why_not: MaybeProp<String>,
    /// Called on each press.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// The text of the button: a verb.
    children: Children,
) -> impl IntoView {
    let picture = move || if busy.get() { Some(Icon::LoaderCircle) } else { icon };
    // A busy button is not disabled: it would lose the focus.
    let press = move |event: MouseEvent| {
        if busy.get_untracked() || why_not.get_untracked().is_some() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=role.name()
            class=look.class()
            data-size=size.name()
            autofocus=autofocus
            data-state=move || busy.get().then_some("busy")
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || (busy.get() || why_not.get().is_some()).then_some("true")
            aria-description=move || why_not.get()
            data-tip=move || why_not.get()
            disabled=move || disabled.get()
            on:click=press
        >
            {move || picture().map(|icon| view! { <Glyph icon=icon /> })}
            <span class="button__label">{children()}</span>
        </button>
    }
    .into_any()
}

/// A link drawn as a button: goes somewhere, works without scripts.
#[component]
pub fn LinkButton(
    /// Where it goes.
    #[prop(into)]
    href: Signal<String>,
    /// How much attention it asks for.
    #[prop(optional)]
    look: ButtonLook,
    /// How large it is.
    #[prop(optional)]
    size: ButtonSize,
    /// A picture before the words.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Whether the page is opened with nothing kept of the one before, as one of another workspace
    /// has to be.
    #[prop(optional)]
    anew: bool,
    /// The text of the link.
    children: Children,
) -> impl IntoView {
    let rel = anew.then_some("external");
    view! {
        <a class=look.class() data-size=size.name() href=move || href.get() rel=rel>
            {icon.map(|icon| view! { <Glyph icon=icon /> })}
            <span class="button__label">{children()}</span>
        </a>
    }
    .into_any()
}

/// A square button with only a picture; `label` is its name and its tooltip.
#[component]
pub fn IconButton(
    /// The icon, which may change with state.
    #[prop(into)]
    icon: Signal<Icon>,
    /// What it does, for screen readers and on hover or focus.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the thing it switches is on, for toggles.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    /// Called on each press.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let press = move |_| {
        if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=move || label.get()
            data-tip=move || label.get()
            aria-pressed=move || pressed.get().map(|on| if on { "true" } else { "false" })
            disabled=move || disabled.get()
            on:click=press
        >
            <Glyph icon=icon size=18 />
        </button>
    }
    .into_any()
}

/// A small button in a row or on a card of many; screen readers also hear whose it is.
#[component]
pub fn RowButton(
    verb: &'static str,
    /// What it is about, for screen readers; follows the verb.
    #[prop(optional, into)]
    of: String,
    /// How much attention it asks for.
    #[prop(optional)]
    look: ButtonLook,
    /// A picture before the verb.
    #[prop(optional_no_strip)]
    icon: Option<Icon>,
    /// Whether its action is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Called on each press.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let of = (!of.is_empty()).then(|| view! { <span class="unseen">{of}</span> });
    view! {
        <Button look=look size=ButtonSize::Small icon=icon busy=busy on_press=on_press>
            {verb}
            {of}
        </Button>
    }
    .into_any()
}
