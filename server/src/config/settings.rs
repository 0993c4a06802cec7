//! The table of all settings.

use std::fmt::Write;

/// One setting of the environment.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub name: &'static str,
    /// What holds when the variable is not set or empty.
    pub default: &'static str,
    pub meaning: &'static str,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning }
}

/// Every setting there is: the command line's help and the README show this table.
pub const SETTINGS: [Setting; 42] = [
    setting("ATELIER_DATA_DIR", ".atelier", "folder of the private database and the files"),
    setting("DATABASE_URL", "", "your own PostgreSQL (15 or later), instead of the private one"),
    setting(
        "ATELIER_FETCH_POSTGRES",
        "yes",
        "download PostgreSQL if the machine has none; no: never",
    ),
    setting("S3_BUCKET", "", "bucket for the files, instead of a folder of the data directory"),
    setting("S3_ENDPOINT", "", "address of its S3-compatible service; leave empty for Amazon S3"),
    setting("S3_REGION", "us-east-1", "its region"),
    setting("S3_PREFIX", "", "prefix of every key in it, e.g. atelier/"),
    setting(
        "S3_PATH_STYLE",
        "auto",
        "yes: bucket in the path, no: in the host; auto: in the path if S3_ENDPOINT is set",
    ),
    setting(
        "S3_ACCESS_KEY_ID",
        "",
        "its access key; leave empty for Amazon's default sources (environment, profile, role)",
    ),
    setting("S3_SECRET_ACCESS_KEY", "", "its secret key; never shown or logged"),
    setting("ATELIER_LISTEN", "127.0.0.1:3000", "address and port to listen on"),
    setting("ATELIER_PUBLIC_URL", "", "address that browsers use, if it isn't the one above"),
    setting(
        "ATELIER_PROXIES",
        "0",
        "reverse proxies whose X-Forwarded headers are trusted: addresses and networks separated \
         by commas, or their number",
    ),
    setting(
        "ATELIER_OPENAI_BASE_URL",
        "",
        "endpoint compatible with OpenAI's API, e.g. https://…/v1; leave empty for OpenAI",
    ),
    setting("ATELIER_OPENAI_API_KEY", "", "its key; never shown, logged or stored"),
    setting("ATELIER_OPENAI_TEXT_MODEL", "", "its model for text"),
    setting("ATELIER_OPENAI_IMAGE_MODEL", "", "its model for images"),
    setting(
        "ATELIER_ANTHROPIC_BASE_URL",
        "",
        "endpoint compatible with Anthropic's API, e.g. https://…/v1; leave empty for Anthropic",
    ),
    setting("ATELIER_ANTHROPIC_API_KEY", "", "its key; never shown, logged or stored"),
    setting("ATELIER_ANTHROPIC_TEXT_MODEL", "", "its model for text; it doesn't make images"),
    setting(
        "ATELIER_OUTBOUND_ALLOW",
        "",
        "private hosts that workflows can call, e.g. 10.0.0.5:8080,wiki.lan:443",
    ),
    setting(
        "ATELIER_MCP_CONFIG",
        "",
        "TOML file of tool servers, local programs included, for all workspaces; leave empty for \
         atelier.mcp.toml, if it exists",
    ),
    setting(
        "ATELIER_SMTP_URL",
        "",
        "mail server for notifications, e.g. smtps://user:password@host:465, or smtp://…:587 for \
         STARTTLS; never shown or logged",
    ),
    setting("ATELIER_MAIL_FROM", "", "sender of emails, e.g. Atelier <atelier@example.org>"),
    setting(
        "ATELIER_OIDC_ISSUER",
        "",
        "OpenID provider to sign in with: its issuer address, exactly as in its tokens",
    ),
    setting("ATELIER_OIDC_CLIENT_ID", "", "client ID of this server at the provider"),
    setting("ATELIER_OIDC_CLIENT_SECRET", "", "client secret; never shown or logged"),
    setting(
        "ATELIER_OIDC_ROLES",
        "",
        "roles by claim, applied at each sign-in, e.g. groups:admins=admin,groups:staff=editor; a \
         value with commas in double quotes, e.g. groups:\"cn=ops,ou=groups\"=admin",
    ),
    setting(
        "ATELIER_OIDC_TRUST_EMAIL",
        "no",
        "yes: emails count as verified if the provider doesn't say whether they are (Entra)",
    ),
    setting(
        "ATELIER_OIDC_DEFAULT_ROLE",
        "",
        "role of people without a matching claim; leave empty to admit only members and invited \
         people",
    ),
    setting("ATELIER_OIDC_ONLY", "no", "yes: only the first owner can sign in with a password"),
    setting(
        "ATELIER_OIDC_NAME",
        "",
        "name of the provider on the sign-in button; leave empty for its host",
    ),
    setting("ATELIER_OIDC_SCOPES", "email profile", "scopes to request besides openid"),
    setting(
        "ATELIER_OIDC_WORKSPACE",
        "",
        "id of the workspace that people join; leave empty for the first one",
    ),
    setting(
        "ATELIER_SECRET_KEY",
        "",
        "32 random bytes in hex or base64 to encrypt secrets; leave empty for a key in the data \
         directory",
    ),
    setting("ATELIER_SAMPLE_PACE", "40", "words per second of the sample provider; 0 for no delay"),
    setting(
        "ATELIER_RUNNING_PER_WORKSPACE",
        "10",
        "runs of one workspace at the same time; others wait in launch order",
    ),
    setting("ATELIER_PROVIDER_CALLS", "16", "simultaneous calls to one provider"),
    setting(
        "ATELIER_PROVIDER_CALLS_PER_MINUTE",
        "0",
        "calls to one provider per minute; 0 for no limit",
    ),
    setting("ATELIER_DB_CONNECTIONS", "20", "database connections of one process, at most"),
    setting("ATELIER_LOG", "info", "log level, e.g. debug or engine=debug,info"),
    setting("ATELIER_LOG_FORMAT", "auto", "pretty, json, or auto (pretty on a terminal)"),
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
