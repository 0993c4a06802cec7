//! Connections to the outside are opened in one module only.

use std::path::{Path, PathBuf};

const OPENERS: [&str; 8] = [
    "reqwest::",
    "TcpStream::connect",
    "lookup_host",
    "UdpSocket",
    "hyper_util::client",
    "ureq::",
    "aws_smithy_http_client",
    "lettre::",
];
/// Connects to the operator's own bucket, wherever that is; nothing a user says comes there.
const TO_THE_BUCKET: &str = "s3_blobs/src/connect.rs";
/// Connects to the operator's own mail relay, wherever that is.
const TO_THE_RELAY: &str = "outside/src/mail.rs";

pub(super) fn sources(root: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["tests", "benches", "target", "node_modules"].contains(&name.as_str())
        {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

#[test]
fn rel_s7_only_the_outbound_module_opens_connections() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for part in ["app", "frontend", "server"] {
        sources(&workspace.join(part), &mut files);
    }

    let guarded = |path: &PathBuf| {
        path.components().any(|part| part.as_os_str() == "outbound")
            || path.ends_with(TO_THE_BUCKET)
            || path.ends_with(TO_THE_RELAY)
    };
    for file in files.iter().filter(|path| !guarded(path)) {
        let source = std::fs::read_to_string(file).unwrap();
        for opener in OPENERS {
            assert!(!source.contains(opener), "{} uses {opener}", file.display());
        }
    }
}
