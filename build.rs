//! A new migration makes the program anew: `migrate!` reads the folder when it is compiled.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
