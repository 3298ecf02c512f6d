//! Tells cargo which folders are built into the program, so that a file added to one of them is noticed.

fn main() {
    for folder in ["themes/default", "src/cli/new/templates"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
