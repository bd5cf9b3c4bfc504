//! Build script of the desktop app.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // The app carries SQLCipher while WebKitGTK brings the system's SQLite into the same process.
        // Without this the linker would export our `sqlite3_*` and the two libraries would call into each other.
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }
    // The built screen becomes part of the program, and nothing else tells cargo when it has changed.
    println!("cargo:rerun-if-changed=ui/dist");
    tauri_build::build();
}
