//! Responses that are downloaded as files.

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use model::api::documents::PRINT_HASH;
use services::{archive::Export, library::files::ReferenceFile};
use tokio::{fs::File, io::AsyncReadExt};

/// Bytes read at once.
const CHUNK: usize = 64 << 10;

/// The response for a file of this name and media type. Browsers download it and never show it: its
/// content comes from strangers.
pub(super) fn attachment(name: &str, media_type: &str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, &disposition(name)),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(header, value);
        }
    }
    response
}

fn sized_attachment(name: &str, media_type: &str, bytes: u64, body: Body) -> Response {
    let mut response = attachment(name, media_type, body);
    response.headers_mut().insert(header::CONTENT_LENGTH, bytes.into());
    response
}

/// The response that downloads a file which somebody has uploaded.
pub fn download_upload(file: ReferenceFile) -> Response {
    let size = file.bytes.len() as u64;
    sized_attachment(&file.name, &file.media_type, size, file.bytes.into())
}

/// The response that downloads a file made for this request. It is read while it is sent.
pub fn download_export(export: Export) -> Response {
    let Export { name, media_type, file, bytes } = export;
    let read = |mut file: File| async move {
        let mut chunk = Vec::with_capacity(CHUNK);
        file.read_buf(&mut chunk).await?;
        Ok::<_, std::io::Error>((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    };
    let body = Body::from_stream(stream::try_unfold(File::from_std(file), read));
    sized_attachment(&name, media_type, bytes, body)
}

/// The response for a page made for this request that browsers show, so that it can be printed. Only
/// the script that opens the dialog runs, and as if it were on another site.
pub fn show_to_print(export: Export) -> Response {
    let policy = format!(
        "sandbox allow-modals allow-scripts; default-src 'none'; img-src data:; \
         style-src 'unsafe-inline'; script-src '{PRINT_HASH}'"
    );
    let mut response = download_export(export);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    // A page in a sandbox that asks to be kept apart from its opener is not shown at all; its own
    // site keeps it apart.
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("unsafe-none"));
    // The hash is of letters, digits and signs that a header may have.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The header with the name in any script, and an ASCII one for programs that cannot read that.
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !"\"\\%;".contains(c) { c } else { '_' };
    let ascii: String = name.chars().map(|c| if c == ' ' { ' ' } else { plain(c) }).collect();
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    let full: String = name.bytes().map(escape).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_any_script_goes_through_the_header() {
        let header = disposition("شاي \"x\".zip");

        assert!(
            header.starts_with("attachment; filename=\"___ _x_.zip\"; filename*=UTF-8''%D8%B4"),
            "{header}"
        );
        assert!(HeaderValue::from_str(&header).is_ok());
    }
}
