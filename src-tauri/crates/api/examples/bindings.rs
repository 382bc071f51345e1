//! Writes the generated files (`--write`), or says which of them have drifted (`--check`, exit 1).
//! Run by `cargo xtask bindings` from the project's top level.

use std::{fs, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let mut drifted = Vec::new();
    for file in api::bindings::generate() {
        let path = Path::new(file.path);
        if fs::read_to_string(path).is_ok_and(|text| text == file.text) {
            continue;
        }
        drifted.push(file.path);
        if !check {
            let written =
                path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, &file.text));
            if let Err(error) = written {
                eprintln!("{}: {error}", file.path);
                return ExitCode::FAILURE;
            }
        }
    }
    match (check, drifted.is_empty()) {
        (_, true) => ExitCode::SUCCESS,
        (false, false) => {
            println!("wrote {}", drifted.join(", "));
            ExitCode::SUCCESS
        }
        (true, false) => {
            eprintln!("out of date, run `cargo xtask bindings`: {}", drifted.join(", "));
            ExitCode::FAILURE
        }
    }
}
