// ANCHOR: part
fn main() {
}
// ANCHOR_END: part
