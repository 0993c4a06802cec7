//! Names of files that any system takes, in any script.

/// Long enough to be told apart, short enough for every file system and archive.
const MOST_CHARS: usize = 80;
const MOST_BYTES: usize = 180;

/// Names that Windows reserves, with a digit behind some of them and with any extension.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A name without an extension for what has this title; never empty, hidden or a way elsewhere.
pub(crate) fn file_name(title: &str) -> String {
    let mut name = String::new();
    for c in title.chars() {
        let c = if is_safe(c) { c } else { ' ' };
        let full = name.chars().count() == MOST_CHARS || name.len() + c.len_utf8() > MOST_BYTES;
        if full {
            break;
        }
        if c != ' ' || !name.ends_with(' ') {
            name.push(c);
        }
    }
    let name = name.trim_matches([' ', '.', '-']);
    match name {
        "" => "document".to_owned(),
        name if is_reserved(name) => format!("{name} document"),
        name => name.to_owned(),
    }
}

/// Neither a control, nor what turns the direction of reading, nor what means something in a path.
fn is_safe(c: char) -> bool {
    let turns = matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    !c.is_control() && !turns && !r#"/\:*?"<>|"#.contains(c)
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_lowercase();
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    RESERVED.contains(&bare) && stem.len() <= bare.len() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_script_and_loses_what_is_dangerous() {
        for (title, name) in [
            ("Spring letter: v2/final?", "Spring letter v2 final"),
            ("../../etc/passwd", "etc passwd"),
            ("شاي بالنعناع", "شاي بالنعناع"),
            ("東京タワー", "東京タワー"),
            ("invoice\u{202E}gpj.exe", "invoice gpj.exe"),
            (".hidden.", "hidden"),
            ("a\0b\nc", "a b c"),
            ("COM1", "COM1 document"),
            ("nul.txt", "nul.txt document"),
            ("console", "console"),
            (" // ", "document"),
        ] {
            assert_eq!(file_name(title), name, "{title:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let name = file_name(&"茶".repeat(1_000));

        assert!(name.len() <= MOST_BYTES && name.chars().all(|c| c == '茶'), "{name}");
    }
}
