//! Notices as mails: plain text, and the same as simple HTML.

use model::{notice::message::NoticeMessage, text::markup::escaped};

/// What a mail consists of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Letter {
    /// As plain text.
    pub(super) plain: String,
    pub(super) html: String,
}

/// Where a mail leads, as whole addresses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links<'a> {
    /// Where its button leads.
    pub(super) target: &'a str,
    /// Where its reader chooses which mails they want; none for a mail that they asked for.
    pub(super) preferences: Option<&'a str>,
}

/// Writes the mail of a notice.
pub(super) fn write(message: &NoticeMessage, links: Links<'_>) -> Letter {
    let NoticeMessage { title, text, action, .. } = message;
    let Links { target, preferences } = links;
    let (plain_foot, html_foot) = match preferences {
        Some(address) => (
            format!("\n-- \nChoose which emails you get: {address}\n"),
            format!(
                "<p style=\"{SMALL}\">Sent by Atelier. \
                 <a href=\"{}\">Choose which emails you get</a></p>",
                escaped(address)
            ),
        ),
        None => (String::new(), String::new()),
    };
    let plain = format!("{title}\n\n{text}\n\n{action}: {target}\n{plain_foot}");
    let lines: String = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("<p>{}</p>", escaped(line)))
        .collect();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body style=\"{BODY}\"><h1 style=\"{HEADING}\">{title}</h1>{lines}\
         <p><a href=\"{target}\" style=\"{BUTTON}\">{action}</a></p>{html_foot}</body></html>",
        title = escaped(title),
        target = escaped(target),
        action = escaped(action),
    );
    Letter { plain, html }
}

const BODY: &str =
    "font:16px/1.5 sans-serif;color:#131a2e;max-width:36em;margin:24px auto;padding:0 16px";
const HEADING: &str = "font-size:20px;line-height:1.3";
const BUTTON: &str = "display:inline-block;padding:10px 18px;border-radius:8px;background:#2f62cb;\
                      color:#ffffff;text-decoration:none";
const SMALL: &str = "font-size:13px;color:#4a5675";

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> NoticeMessage {
        NoticeMessage {
            title: "<b>Ads</b> #7 failed".to_owned(),
            text: "No key for \"x\".\nOpen it & see.".to_owned(),
            action: "Open run".to_owned(),
            path: "/workspace/w/x".to_owned(),
        }
    }

    #[test]
    fn what_people_wrote_is_no_html() {
        let links = Links { target: "https://a.example/x?y=1&z=\"2", preferences: None };
        let letter = write(&message(), links);

        assert!(!letter.html.contains("<b>"), "{}", letter.html);
        assert!(letter.html.contains("&lt;b&gt;Ads&lt;/b&gt; #7 failed"));
        assert!(letter.html.contains("href=\"https://a.example/x?y=1&amp;z=&quot;2\""));
        assert!(letter.plain.contains("Open run: https://a.example/x?y=1&z=\"2\n"));
        assert!(!letter.plain.contains("Choose which emails"));
    }

    #[test]
    fn a_mail_that_nobody_asked_for_says_how_to_get_none() {
        let account = Some("https://a.example/account");
        let letter = write(&message(), Links { target: "https://a.example", preferences: account });

        assert!(letter.plain.ends_with("Choose which emails you get: https://a.example/account\n"));
        assert!(letter.html.contains("<a href=\"https://a.example/account\">"));
    }
}
