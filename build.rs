//! Tells cargo which folders are built into the program, so that a file added to one of them is noticed.
#![expect(clippy::print_stdout, reason = "cargo reads what is printed")]

fn main() {
    for folder in ["themes/default", "src/cli/new/templates"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
