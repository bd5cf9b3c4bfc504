//! The desktop around the window: the notification daemon, the keyboard, the file dialog, the keychain, the files on disk.

use crate::window::{Answer, until};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn run(program: &str, args: &[&str]) -> Answer<String> {
    let out = Command::new(program).args(args).output().map_err(|error| format!("{program}: {error}"))?;
    if !out.status.success() {
        return Err(format!("{program} {args:?}: {}", String::from_utf8_lossy(&out.stderr)));
    }
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// How many notifications the daemon shows now.
pub fn displayed() -> Answer<usize> {
    run("dunstctl", &["count", "displayed"])?.parse().map_err(|_| "dunstctl count".to_owned())
}

/// Waits until the daemon shows as many.
pub async fn shows(n: usize) -> Answer<()> {
    until(&format!("{n} notifications at the daemon"), || async { Ok((displayed()? == n).then_some(())) }).await
}

/// A person clicks the topmost notification.
pub fn click_notification() -> Answer<()> {
    run("dunstctl", &["action", "0"]).map(drop)
}

/// The daemon's own record of what it has shown and put away: (summary, body) each, newest first.
pub fn history() -> Answer<Vec<(String, String)>> {
    let json: serde_json::Value =
        serde_json::from_str(&run("dunstctl", &["history"])?).map_err(|error| format!("dunstctl history: {error}"))?;
    let field = |entry: &serde_json::Value, name: &str| {
        entry.pointer(&format!("/{name}/data")).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    };
    let entries = json.pointer("/data/0").and_then(|list| list.as_array()).cloned().unwrap_or_default();
    Ok(entries.iter().map(|entry| (field(entry, "summary"), field(entry, "body"))).collect())
}

/// Everything that the daemon keeps of what it has shown and put away, as one text.
pub fn whole_history() -> Answer<String> {
    let json: serde_json::Value =
        serde_json::from_str(&run("dunstctl", &["history"])?).map_err(|error| format!("dunstctl history: {error}"))?;
    // written anew, so that letters are letters
    Ok(json.to_string())
}

/// A picture of the whole display, notifications included.
pub fn picture(into: &Path) -> Answer<Vec<u8>> {
    let file = into.join("display.png");
    run("import", &["-window", "root", &file.to_string_lossy()])?;
    let bytes = std::fs::read(&file).map_err(|error| error.to_string())?;
    std::fs::remove_file(&file).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// The app's window, as the display knows it.
fn window_id() -> Answer<String> {
    let look = || run("xdotool", &["search", "--onlyvisible", "--name", "^Mottaget$"]);
    // A look ends with BadWindow when any other window (a notification) goes while it is being asked: then once more.
    let ids = look().or_else(|why| if why.contains("BadWindow") { look() } else { Err(why) })?;
    ids.lines().last().map(str::to_owned).ok_or_else(|| "the window is not on the display".to_owned())
}

/// A picture of the app's window as somebody before it sees it: with the notification that stands over a corner, if one does.
/// The display gives nothing but black for what another window covers.
pub fn window_picture() -> Answer<Vec<u8>> {
    let out = Command::new("import").args(["-screen", "-window", &window_id()?, "+repage", "png:-"]).output();
    let out = out.map_err(|error| format!("import: {error}"))?;
    if out.status.success() { Ok(out.stdout) } else { Err(format!("import: {}", String::from_utf8_lossy(&out.stderr))) }
}

/// Puts the app's window away, as the desktop's own button does.
pub async fn minimize() -> Answer<()> {
    run("xdotool", &["windowminimize", &window_id()?])?;
    hidden().await
}

/// Waits until the app's window is not on the display.
pub async fn hidden() -> Answer<()> {
    until("the window put away", || async { Ok(window_id().is_err().then_some(())) }).await
}

/// Is there somebody who shows tray icons, and lists them for those who ask?
pub fn has_tray() -> bool {
    tray_labels().is_ok()
}

/// What stands beside each icon in the tray: the desktop's indicator service is asked.
pub fn tray_labels() -> Answer<Vec<String>> {
    const WHO: &str = "org.ayatana.indicator.application";
    let service = format!("{WHO}.service");
    let call = ["--user", "--json=short", "call", WHO, "/org/ayatana/indicator/application/service", &service];
    let told = run("busctl", &[&call[..], &["GetApplications"]].concat())?;
    let told: serde_json::Value = serde_json::from_str(&told).map_err(|error| format!("busctl: {error}"))?;
    let icons = told.pointer("/data/0").and_then(|list| list.as_array()).ok_or("busctl: no list of icons")?;
    // each: icon, position, address, object, folder of icons, label, …
    Ok(icons.iter().filter_map(|icon| icon.get(5)?.as_str().map(str::to_owned)).collect())
}

/// Waits until the app's window is on the display.
pub async fn visible() -> Answer<()> {
    until("the window on the display", || async { Ok(window_id().ok().map(drop)) }).await
}

/// Starts the app once more and waits until that start has ended: there is one already, and it says that the arguments were
/// not used.
pub async fn start_again(app: &Path, args: &[&str]) -> Answer<()> {
    let mut again = Command::new(app)
        .args(args)
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("a second start: {error}"))?;
    let ended = until("the end of a second start", || {
        let ended = again.try_wait().map_err(|error| error.to_string());
        async move { ended }
    })
    .await;
    match ended {
        Ok(status) if status.success() => {
            let said = again.wait_with_output().map_err(|error| format!("a second start: {error}"))?.stderr;
            let said = String::from_utf8_lossy(&said);
            let told = said.contains("running already") && said.contains(&args.join(" "));
            if told { Ok(()) } else { Err(format!("a second start says nothing of its arguments: {said}")) }
        }
        Ok(status) => Err(format!("a second start ended with {status}")),
        Err(why) => {
            let _ = again.kill();
            Err(why)
        }
    }
}

/// Gives the app's window the focus, so that keys go to it.
pub fn to_the_window() -> Answer<()> {
    run("xdotool", &["windowactivate", "--sync", &window_id()?]).map(drop)
}

/// Presses keys one after the other, as X names them; the window that has the focus gets them.
pub fn press(keys: &[&str]) -> Answer<()> {
    run("xdotool", &[&["key", "--clearmodifiers"], keys].concat()).map(drop)
}

/// Types a text on the keyboard.
pub fn type_keys(text: &str) -> Answer<()> {
    run("xdotool", &["type", "--delay", "12", text]).map(drop)
}

/// Picks a file in the system's own dialog, as a person with a keyboard does: Ctrl+L, the path, Enter.
pub async fn pick_file(title: &str, path: &Path) -> Answer<()> {
    let open = || run("xdotool", &["search", "--onlyvisible", "--name", title]).ok().filter(|ids| !ids.is_empty());
    until("the file dialog", || async { Ok(open()) }).await?;
    // A dialog that has just come up may drop keys until it has the focus: look again and type again.
    let mut beats = 0;
    until("the file dialog closed", || {
        let type_now = beats % 25 == 0;
        beats += 1;
        async move {
            let Some(window) = open() else { return Ok(Some(())) };
            if type_now {
                let window = window.lines().last().unwrap_or_default();
                // The dialog may close in the middle of this: then the next look sees it gone.
                let _ = run("xdotool", &["windowactivate", "--sync", window])
                    .and_then(|_| press(&["ctrl+l", "ctrl+a"]))
                    .and_then(|()| type_keys(&path.to_string_lossy()))
                    .and_then(|()| press(&["Return"]));
            }
            Ok(None)
        }
    })
    .await
}

/// Prints in the system's own dialog, as a person with a keyboard does, on the printer that makes a file; the session has no
/// other. The dialog puts the file into the folder that the app was started in. Gives what another program reads on its pages.
pub async fn print() -> Answer<String> {
    let dialog = || {
        let ids = run("xdotool", &["search", "--onlyvisible", "--name", "^(Print|Skriv ut)$"]).ok()?;
        ids.lines().last().map(str::to_owned)
    };
    until("the print dialog", || async { Ok(dialog()) }).await?;
    // As with files: a dialog that has just come up may drop keys.
    let mut beats = 0;
    until("the print dialog closed", || {
        let press_now = beats % 25 == 0;
        beats += 1;
        async move {
            let Some(window) = dialog() else { return Ok(Some(())) };
            if press_now {
                // To the list's first printer; once it is reached, pressing on does no harm.
                let keys: &[&str] = if beats == 1 { &["Tab", "Down", "Return"] } else { &["Down", "Return"] };
                let _ = run("xdotool", &["windowactivate", "--sync", &window]).and_then(|_| press(keys));
            }
            Ok(None)
        }
    })
    .await?;
    let file = folder().join("output.pdf");
    let whole = || std::fs::read(&file).is_ok_and(|bytes| bytes.trim_ascii_end().ends_with(b"%%EOF"));
    until("the printed file", || async { Ok(whole().then_some(())) }).await?;
    let text = run("pdftotext", &["-layout", &file.to_string_lossy(), "-"]);
    // Somebody meant it to be there; nobody else shall find it.
    std::fs::remove_file(&file).map_err(|error| error.to_string())?;
    text
}

/// Where the app is started.
pub fn folder() -> PathBuf {
    std::env::temp_dir()
}

/// A secret of the app from the keychain, by the name of its entry's end (`/keys`, `/token`).
pub fn secret(ending: &str) -> Answer<Vec<String>> {
    let listed = Command::new("secret-tool")
        .args(["search", "--all", "--unlock", "service", "se.mottaget.desktop"])
        .output()
        .map_err(|error| format!("secret-tool: {error}"))?;
    // Attributes go to one stream and secrets to the other in some versions: read both.
    let text = String::from_utf8_lossy(&listed.stdout).into_owned() + &String::from_utf8_lossy(&listed.stderr);
    let users: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("attribute.username = "))
        .filter(|user| user.ends_with(ending))
        .collect();
    users
        .into_iter()
        .map(|user| run("secret-tool", &["lookup", "service", "se.mottaget.desktop", "username", user]))
        .collect()
}

const SERVICE: [&str; 2] = ["service", "se.mottaget.desktop"];

/// One secret of the app, by the name of its entry.
pub fn secret_of(user: &str) -> Answer<String> {
    run("secret-tool", &["lookup", SERVICE[0], SERVICE[1], "username", user])
}

/// Takes a secret out of the keychain.
pub fn forget_secret(user: &str) -> Answer<()> {
    run("secret-tool", &["clear", SERVICE[0], SERVICE[1], "username", user]).map(drop)
}

/// Puts something else into the keychain in the name of a secret.
pub fn put_secret(user: &str, text: &str) -> Answer<()> {
    // There may be none.
    let _ = forget_secret(user);
    let mut tool = Command::new("secret-tool")
        .args(["store", "--label=tour", SERVICE[0], SERVICE[1], "username", user])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("secret-tool: {error}"))?;
    let written = tool.stdin.take().ok_or("no input")?.write_all(text.as_bytes());
    let ended = tool.wait().map_err(|error| error.to_string())?;
    written.map_err(|error| error.to_string())?;
    if ended.success() { Ok(()) } else { Err(format!("secret-tool store: {ended}")) }
}

/// The processes that were started with this word among their arguments.
fn started_with(word: &str) -> Answer<Vec<u32>> {
    let processes = std::fs::read_dir("/proc").map_err(|error| error.to_string())?;
    let has_word = |process: &std::fs::DirEntry| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|arg| arg == word.as_bytes())
    };
    let started = processes.filter_map(Result::ok).filter(has_word);
    Ok(started.filter_map(|process| process.file_name().to_str()?.parse().ok()).collect())
}

/// Waits until no process was started with this word: a closed window's app still has files to close, and one that is
/// started meanwhile leaves it to the first.
pub async fn ended(word: &str) -> Answer<()> {
    until("the app's end", || async { Ok((started_with(word)?.is_empty() && !somebody_is_ending()).then_some(())) })
        .await
}

/// Is a process on its way out? The kernel takes its memory first, its arguments with it, and closes its files and sockets
/// afterwards; on a busy machine that takes a while, in which its locks and its name on the bus are still held.
fn somebody_is_ending() -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    processes.filter_map(Result::ok).any(|process| {
        let read = |file| std::fs::read_to_string(process.path().join(file)).unwrap_or_default();
        let stat = read("stat");
        // `number (name) state parent …`; the kernel's own threads have no arguments either, and the second process as parent
        let mut after_name = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let (state, parent) = (after_name.next(), after_name.next());
        let kernels = matches!(parent, Some("0" | "2") | None);
        !kernels && !matches!(state, Some("Z" | "X") | None) && read("cmdline").is_empty()
    })
}

/// Ends the app that was started with this word as a crash does: at once, and without a chance to save anything.
pub async fn kill(word: &str) -> Answer<()> {
    signal(word, "-KILL").await
}

/// Ends it as a desktop does at log-out: it closes its files.
pub async fn end(word: &str) -> Answer<()> {
    signal(word, "-TERM").await
}

async fn signal(word: &str, signal: &str) -> Answer<()> {
    let apps = started_with(word)?;
    if apps.is_empty() {
        return Err("there is no app to end".to_owned());
    }
    for app in apps {
        run("kill", &[signal, &app.to_string()])?;
    }
    ended(word).await
}
