//! How the programs of the web engine are linked on Linux: the library that costs most comes first.
//!
//! WebKitGTK draws in a process of its own and fetches in another; each resolves some 75,000 symbols before its first line
//! runs, and the window shows nothing until both have. In Debian's and Ubuntu's builds 31,000 of these are looked up by one
//! voice of a speech synthesiser, each of them in some eighty libraries until it is found in that voice itself. With the
//! voice first in the order of search they are found at once. See `docs/adr/0019-the-engine-is-linked-faster.md`.

/// The voice: what it looks up is nearly all its own.
const VOICE: &str = "libflite_cmu_time_awb.so";

/// The linker's own variable: libraries that come first, for programs that are started from here on.
const FIRST: &str = "LD_PRELOAD";

/// Tells the linker, for the programs that will be started. Nothing is loaded that they would not load anyway: only a
/// library that the engine has brought into this process counts. To be called before there is a second thread, since the
/// environment belongs to all of them.
pub fn hasten() {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return };
    let Some(voice) = voice_in(&maps) else { return };
    let first = match std::env::var(FIRST) {
        Ok(others) if !others.is_empty() => format!("{voice}:{others}"),
        _ => voice.to_owned(),
    };
    // Without it everything works, only later.
    let _ = gtk::glib::setenv(FIRST, first, true);
}

/// Where this process has the voice from; a path that the variable can't name is none.
fn voice_in(maps: &str) -> Option<&str> {
    let path = maps.lines().filter_map(|line| line.find('/').and_then(|at| line.get(at..)));
    path.filter(|path| path.rsplit('/').next().is_some_and(|name| name.starts_with(VOICE)))
        .find(|path| !path.contains(|sign: char| sign.is_whitespace() || sign == ':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_voice_is_taken_from_where_the_engine_has_it() {
        let maps = "7f00-7f10 r--p 00000000 fe:00 1 /usr/lib/libwebkit2gtk-4.1.so.0.19.9\n\
                    7f10-7f20 r--p 00000000 fe:00 2                 /usr/lib/libflite_cmu_time_awb.so.2.2\n\
                    7f20-7f30 rw-p 00000000 00:00 0 \n";
        assert_eq!(voice_in(maps), Some("/usr/lib/libflite_cmu_time_awb.so.2.2"));
        assert_eq!(voice_in(&maps.replace("_time_awb", "_us_kal")), None, "no engine, or one without a voice");
        assert_eq!(voice_in(&maps.replace("/usr/lib/", "/a folder/")), None, "the variable's blanks divide");
    }
}
