// Defanged sample: nothing here is reached or run; defanged by hand.
fn main() {
    std::process::Command::new("cmake").arg(".").status().unwrap();
}
