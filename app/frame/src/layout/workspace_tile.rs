//! The mark of a workspace: its first letter on its colour.

use leptos::prelude::*;
use model::workspace::WorkspaceColour;

/// A square mark by which people tell their workspaces apart.
#[component]
pub fn WorkspaceTile(
    /// The workspace's name.
    #[prop(into)]
    name: Signal<String>,
    #[prop(into)] colour: Signal<WorkspaceColour>,
) -> impl IntoView {
    view! {
        <span
            class="workspace-tile"
            data-colour=move || colour.get().as_str()
            data-initials=move || initial(&name.read())
            aria-hidden="true"
        ></span>
    }
    .into_any()
}

/// The first letter or digit of a name, as a capital.
fn initial(name: &str) -> String {
    let first = name.chars().find(|letter| letter.is_alphanumeric());
    first.into_iter().flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_the_first_letter() {
        assert_eq!(initial("“spring” studio"), "S");
        assert_eq!(initial("7 seas"), "7");
        assert_eq!(initial("…"), "");
    }
}
