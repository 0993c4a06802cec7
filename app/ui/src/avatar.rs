//! A person as their picture, or as two letters on a colour of their own.

use leptos::prelude::*;
use model::picture::PersonPicture;
use web::routes;

const HUES: u32 = 8;

/// The first letters of the first and the last word of a name, in capitals.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    let letters = first.into_iter().chain(last).flat_map(char::to_uppercase);
    letters.collect()
}

fn hue(name: &str) -> u32 {
    name.chars().fold(7, |sum: u32, letter| sum.wrapping_mul(31).wrapping_add(letter.into())) % HUES
}

/// A round mark for a person; the same name has the same colour everywhere.
#[component]
pub fn Avatar(
    /// The person's name.
    #[prop(into)]
    name: Signal<String>,
    /// The person's picture, where they have put one up; it lies over the letters.
    #[prop(optional, into)]
    picture: Signal<Option<PersonPicture>>,
) -> impl IntoView {
    let shown = move || {
        picture.get().map(|picture| {
            view! { <img class="avatar__picture" src=routes::person_picture(picture) alt="" /> }
        })
    };
    view! {
        <span
            class="avatar"
            data-hue=move || hue(&name.read())
            data-initials=move || initials(&name.read())
            aria-hidden="true"
        >
            {shown}
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_and_the_last_word() {
        assert_eq!(initials("ada king lovelace"), "AL");
        assert_eq!(initials("Zoë"), "Z");
        assert_eq!(initials("  "), "");
    }
}
