//! The table of all settings.

use std::fmt::Write;

/// One setting of the environment.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The name of the environment variable.
    pub name: &'static str,
    /// The value that holds when the variable is not set or empty.
    pub default: &'static str,
    /// The description shown by `atelier --help` and in the README.
    pub meaning: &'static str,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning }
}

/// Every setting there is: the command line's help and the README show this table.
pub const SETTINGS: [Setting; 41] = [
    setting("ATELIER_DATA_DIR", ".atelier", "where the private database and the files lie"),
    setting(
        "DATABASE_URL",
        "",
        "a PostgreSQL (15 or later) of your own instead of the private one",
    ),
    setting(
        "ATELIER_FETCH_POSTGRES",
        "yes",
        "fetch PostgreSQL where the machine has none; no: never",
    ),
    setting("S3_BUCKET", "", "a bucket for the files instead of a folder of the data directory"),
    setting("S3_ENDPOINT", "", "where its S3-compatible service is; empty is Amazon's own"),
    setting("S3_REGION", "us-east-1", "its region"),
    setting("S3_PREFIX", "", "what every key in it begins with, e.g. atelier/"),
    setting(
        "S3_PATH_STYLE",
        "auto",
        "yes: the bucket stands in the path, no: in the host; auto: in the path at an endpoint",
    ),
    setting(
        "S3_ACCESS_KEY_ID",
        "",
        "its key; empty: from where Amazon's tools look (environment, profile, role)",
    ),
    setting("S3_SECRET_ACCESS_KEY", "", "the secret one that belongs to it; never shown or logged"),
    setting("ATELIER_LISTEN", "127.0.0.1:3000", "the address and port to serve at"),
    setting("ATELIER_PUBLIC_URL", "", "where browsers find it, when that is not the address above"),
    setting(
        "ATELIER_PROXIES",
        "0",
        "your reverse proxies in front, whose X-Forwarded headers are believed: addresses and networks \
         with commas, or how many there are",
    ),
    setting(
        "ATELIER_OPENAI_BASE_URL",
        "",
        "an endpoint that speaks OpenAI's API, e.g. https://…/v1; empty is OpenAI's own",
    ),
    setting("ATELIER_OPENAI_API_KEY", "", "its key; never shown, logged or stored"),
    setting("ATELIER_OPENAI_TEXT_MODEL", "", "its model for text"),
    setting("ATELIER_OPENAI_IMAGE_MODEL", "", "its model for images"),
    setting(
        "ATELIER_ANTHROPIC_BASE_URL",
        "",
        "an endpoint that speaks Anthropic's API, e.g. https://…/v1; empty is Anthropic's own",
    ),
    setting("ATELIER_ANTHROPIC_API_KEY", "", "its key; never shown, logged or stored"),
    setting("ATELIER_ANTHROPIC_TEXT_MODEL", "", "its model for text; it makes no images"),
    setting(
        "ATELIER_OUTBOUND_ALLOW",
        "",
        "private hosts workflows may call, e.g. 10.0.0.5:8080,wiki.lan:443",
    ),
    setting(
        "ATELIER_MCP_CONFIG",
        "",
        "a TOML file of tool servers that all workspaces may call, programs among them; empty: \
         atelier.mcp.toml, if it is there",
    ),
    setting(
        "ATELIER_SMTP_URL",
        "",
        "the mail server that notices leave by, e.g. smtps://user:password@host:465, or smtp://…:587 \
         for STARTTLS; never shown or logged",
    ),
    setting("ATELIER_MAIL_FROM", "", "whom mails are from, e.g. Atelier <atelier@example.org>"),
    setting(
        "ATELIER_OIDC_ISSUER",
        "",
        "the address of an OpenID provider that people sign in with, as its tokens name it",
    ),
    setting("ATELIER_OIDC_CLIENT_ID", "", "what this server is called there"),
    setting("ATELIER_OIDC_CLIENT_SECRET", "", "its secret there; never shown or logged"),
    setting(
        "ATELIER_OIDC_ROLES",
        "",
        "which claims give which role at each sign-in, e.g. groups:admins=admin,groups:staff=editor",
    ),
    setting(
        "ATELIER_OIDC_DEFAULT_ROLE",
        "",
        "the role of those whose claims give none; empty: only members and invited people get in",
    ),
    setting("ATELIER_OIDC_ONLY", "no", "yes: only the first owner still signs in with a password"),
    setting(
        "ATELIER_OIDC_NAME",
        "",
        "what people call the provider, for the button; empty: its host",
    ),
    setting("ATELIER_OIDC_SCOPES", "email profile", "what is asked for besides openid"),
    setting(
        "ATELIER_OIDC_WORKSPACE",
        "",
        "the id of the workspace that people come into; empty: the first one",
    ),
    setting(
        "ATELIER_SECRET_KEY",
        "",
        "32 random bytes in hex or base64 that secrets are sealed with; empty: kept in the data directory",
    ),
    setting("ATELIER_SAMPLE_PACE", "40", "words a second of the sample provider; 0 is at once"),
    setting(
        "ATELIER_RUNNING_PER_WORKSPACE",
        "10",
        "executions of one workspace that run at once; others wait in the order of launching",
    ),
    setting("ATELIER_PROVIDER_CALLS", "16", "calls that may be under way to one provider"),
    setting(
        "ATELIER_PROVIDER_CALLS_PER_MINUTE",
        "0",
        "calls that may leave to one provider within a minute; 0 is as many as come",
    ),
    setting("ATELIER_DB_CONNECTIONS", "20", "the most connections of one process to the database"),
    setting("ATELIER_LOG", "info", "what is logged, e.g. debug or engine=debug,info"),
    setting("ATELIER_LOG_FORMAT", "auto", "pretty, json, or auto: pretty on a terminal"),
];

/// The table of settings in lines for a terminal.
pub fn help() -> String {
    let mut text = "Environment:\n".to_owned();
    for Setting { name, default, meaning } in SETTINGS {
        let default = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name:<34} {meaning}{default}");
    }
    text
}
