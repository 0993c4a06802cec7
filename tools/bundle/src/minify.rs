//! Smaller CSS of the same meaning: comments and needless white space go, nothing else.

/// Removes comments, and white space where it separates nothing.
pub fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    let mut gap = false;
    while let Some(next) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            gap = true;
        } else if next.is_whitespace() {
            rest = &rest[next.len_utf8()..];
            gap = true;
        } else {
            let end = token(rest, next);
            space(&mut out, gap, next);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            gap = false;
        }
    }
    out
}

/// How many bytes of `rest` belong together: a whole string, or one character.
fn token(rest: &str, first: char) -> usize {
    if first != '"' && first != '\'' {
        return first.len_utf8();
    }
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == first => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Keeps one space of a gap where it may mean something, and drops the last `;` of a block.
fn space(out: &mut String, gap: bool, next: char) {
    if next == '}' && out.ends_with(';') {
        out.pop();
    }
    let open = out.is_empty() || out.ends_with(['{', '}', ';', ',', '(', ':']);
    if gap && !open && !matches!(next, '{' | '}' | ';' | ',' | ')') {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_layout_disappear() {
        let css = "/* a */\n.a,\n.b {\n  color : red;\n  margin: 0 auto;\n}\n";

        assert_eq!(minify(css), ".a,.b{color :red;margin:0 auto}");
    }

    #[test]
    fn spaces_that_mean_something_stay() {
        for css in [
            ".a .b{top:calc(1px + 2px)}",
            ".a :hover{top:0}",
            "@media (width > 1px) and (height < 2px){a{top:0}}",
        ] {
            assert_eq!(minify(css), css);
        }
    }

    #[test]
    fn strings_are_left_alone() {
        let css = r#"a{content:"; /* \" */  }"}"#;

        assert_eq!(minify(css), css);
    }

    #[test]
    fn a_comment_still_separates_words() {
        assert_eq!(minify("margin: 0/**/auto"), "margin:0 auto");
    }
}
