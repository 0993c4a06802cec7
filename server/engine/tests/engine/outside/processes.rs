//! Processes of this machine are started in a few places only, and nobody but the operator names the
//! program of a tool server.

use std::path::Path;

use super::one_way_out::sources;

const STARTERS: [&str; 5] =
    ["Command::new(", "TokioChildProcess", "process_wrap", "posix_spawn", "execve"];

/// Tool servers of the operator's file, untrusted files in a process of their own, the private
/// database.
const PLACES: [&str; 4] = [
    "outside/src/mcp/stdio.rs",
    "files/src/sandbox/decoder.rs",
    "src/embedded_pg/account.rs",
    "src/embedded_pg/binaries.rs",
];

/// Where a program is given to a tool server: the type itself, and the operator's file.
const NAMERS: [&str; 2] = ["outside/src/mcp", "src/config/operator_file.rs"];

#[test]
fn rel_s12_only_the_operators_file_names_a_program() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for part in ["app", "frontend", "server"] {
        sources(&workspace.join(part), &mut files);
    }
    let mut seen = 0;
    for file in files {
        let (path, source) = (file.to_string_lossy(), std::fs::read_to_string(&file).unwrap());
        let is_place = PLACES.iter().any(|place| file.ends_with(place));
        let starts = STARTERS.iter().any(|starter| source.contains(starter));
        assert!(!starts || is_place, "{path} starts a process");
        let is_namer = NAMERS.iter().any(|place| path.contains(place));
        let names = source.contains("StdioCommand {");
        assert!(!names || is_namer, "{path} names a program");
        seen += usize::from(starts) + usize::from(names);
    }
    assert!(seen > PLACES.len(), "the places have moved: {seen}");
}
