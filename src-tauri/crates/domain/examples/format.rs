//! Prints the reference of the connector file, for `FORMAT.md`.

fn main() {
    print!("{}", domain::reference::reference());
}
