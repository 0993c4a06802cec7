//! The direction of a box, after that in which its text is written.

use model::text::direction::is_right_to_left;

/// The longest text in bytes whose direction the browser finds by itself, line by line. For longer
/// ones Chromium takes seconds for every key, and to show many paragraphs: the work grows with the
/// square of the number of lines.
const MOST_AUTO_BYTES: usize = 20_000;

/// The value of `dir` of a box with this text: a very long one has that of its first letter.
pub fn direction(text: &str) -> &'static str {
    find_direction(text.len(), text.chars())
}

/// The value of `dir` of a box with this HTML, whose tags and entities are ignored.
pub fn direction_of_html(html: &str) -> &'static str {
    find_direction(html.len(), visible_chars(html))
}

fn find_direction(bytes: usize, letters: impl Iterator<Item = char>) -> &'static str {
    if bytes <= MOST_AUTO_BYTES {
        return "auto";
    }
    if is_right_to_left(letters) { "rtl" } else { "ltr" }
}

/// The characters of HTML outside of tags and entities.
fn visible_chars(html: &str) -> impl Iterator<Item = char> {
    let mut until: Option<char> = None;
    html.chars().filter(move |letter| match until {
        Some(end) => {
            until = until.filter(|_| *letter != end);
            false
        }
        None => {
            until = match letter {
                '<' => Some('>'),
                '&' => Some(';'),
                _ => None,
            };
            until.is_none()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_has_the_direction_of_its_first_letter_and_a_short_one_is_left_to_the_browser() {
        let long = |begin: &str| direction(&format!("{begin}{}", "1. \n".repeat(10_000)));

        assert_eq!(["", "Tea", "שלום"].map(direction), ["auto"; 3]);
        assert_eq!(["", "12 – Tea", "日本"].map(long), ["ltr"; 3]);
        assert_eq!(["\"שלום", "12 سلام tea", "ދިވެހި"].map(long), ["rtl"; 3]);
    }

    #[test]
    fn the_direction_of_formatted_text_is_that_of_its_words_and_not_of_its_marks() {
        let long = |words: &str| format!("<p>{words}</p>\n").repeat(2_000);

        assert_eq!(direction_of_html("<p>שלום</p>"), "auto");
        assert_eq!(direction_of_html(&long("Tea")), "ltr");
        assert_eq!(direction_of_html(&long("<em>&quot;שלום&quot;</em>")), "rtl");
    }
}
