//! Prints the reference of scripts, for `SCRIPTS.md`.

fn main() {
    print!("{}", engine::script::reference());
}
