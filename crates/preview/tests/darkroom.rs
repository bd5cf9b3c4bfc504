//! The darkroom as the app uses it: pages, errors, and what a worker may do without harm to anybody.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]

mod common;

use common::*;
use image::{ImageFormat, Rgb};
use mottaget_domain::attachment::FileKind;
use mottaget_preview::{Darkroom, Limits, PageSize, PreviewConfig, PreviewError, Unit};
use std::time::{Duration, Instant};

fn config() -> PreviewConfig {
    PreviewConfig { worker: worker(), pdfium: pdfium(), limits: Limits::default() }
}

fn impatient() -> PreviewConfig {
    PreviewConfig { limits: Limits { request: Duration::from_millis(1500) }, ..config() }
}

#[tokio::test]
async fn a_letter_opens_and_its_pages_come_in_any_order_and_size() {
    let document = Darkroom::new(config()).open(three_pages()).await.unwrap();
    let info = document.info();
    assert_eq!((info.kind, info.pages, info.unit), (FileKind::Pdf, 3, Unit::Points));
    assert_eq!(info.sizes, [PageSize { width: 200.0, height: 100.0 }; 3]);
    assert!(info.delays_ms.is_empty());
    for (page, width, inked) in [(2, 200, 4800), (0, 200, 1600), (1, 400, 12_800), (1, 200, 3200)] {
        let image = image_of(&document.page(page, width).await.unwrap());
        assert_eq!(image.dimensions(), (width, width / 2));
        assert_eq!(ink(&image), inked, "page {page}");
    }
    assert!(matches!(document.page(3, 200).await, Err(PreviewError::NoSuchPage { asked: 3, pages: 3 })));
    assert!(document.page(2, 200).await.is_ok(), "a wrong page number harms nothing");
}

#[tokio::test]
async fn pictures_and_animations_open() {
    let darkroom = Darkroom::new(config());
    let photo = darkroom.open(with_orientation(&jpeg(&red_corner()), 8)).await.unwrap();
    assert_eq!(photo.info().sizes, [PageSize { width: 40.0, height: 60.0 }]);
    assert_eq!(image_of(&photo.page(0, 20).await.unwrap()).dimensions(), (20, 30));
    assert_eq!(image_of(&photo.page(0, 4_000).await.unwrap()).dimensions(), (40, 60), "never enlarged");

    let picture = darkroom.open(encoded(&red_corner().into(), ImageFormat::Png)).await.unwrap();
    assert_eq!((picture.info().kind, picture.info().unit), (FileKind::Png, Unit::Pixels));
    assert_near(&image_of(&picture.page(0, 60).await.unwrap()), 5, 5, RED);

    let film = darkroom.open(animation()).await.unwrap();
    assert_eq!((film.info().pages, film.info().delays_ms.as_slice()), (3, &[200, 50, 100][..]));
    for (frame, left) in [(2, Rgb([0, 0, 255])), (0, RED), (1, Rgb([0, 0, 255]))] {
        assert_near(&image_of(&film.page(frame, 20).await.unwrap()), 3, 5, left);
    }
}

#[tokio::test]
async fn the_words_of_a_letter_come_page_by_page() {
    let darkroom = Darkroom::new(config());
    let letter = pdf(200, 100, &[&written(&["Hej Åsa, här är svaret.", "850313-1232"]), RED_SQUARE, b""]);
    let document = darkroom.open(letter).await.unwrap();
    let first = document.text(0).await.unwrap();
    assert_eq!(first.text.lines().map(str::trim).collect::<Vec<_>>(), ["Hej Åsa, här är svaret.", "850313-1232"]);
    assert!(!first.wordless);
    let drawn = document.text(1).await.unwrap();
    assert_eq!((drawn.text.trim(), drawn.wordless), ("", true), "something is there that can't be read");
    let blank = document.text(2).await.unwrap();
    assert_eq!((blank.text.trim(), blank.wordless), ("", false), "an empty sheet has nothing to read");
    assert!(matches!(document.text(3).await, Err(PreviewError::NoSuchPage { asked: 3, pages: 3 })));
    assert!(document.page(0, 200).await.is_ok(), "and its pages are shown as before");

    let photo = darkroom.open(jpeg(&red_corner())).await.unwrap();
    assert!(photo.text(0).await.unwrap().wordless);
    assert!(matches!(photo.text(1).await, Err(PreviewError::NoSuchPage { asked: 1, pages: 1 })));
}

#[tokio::test]
async fn what_was_filled_in_or_noted_is_read_and_so_are_words_outside_the_sheet() {
    let darkroom = Darkroom::new(config());
    let form = darkroom.open(filled_form()).await.unwrap().text(0).await.unwrap();
    assert!(form.text.contains("Cecilia Gran") && form.text.contains("Ring Bertil"), "{:?}", form.text);
    assert!(!form.wordless);

    let far = |at: &str| [b"BT /F1 12 Tf ".as_slice(), at.as_bytes(), b" Td (Bertil) Tj ET"].concat();
    for place in ["-40 50", "50 -30", "150 90", "10 10"] {
        let text = darkroom.open(pdf(200, 100, &[&far(place)])).await.unwrap().text(0).await.unwrap();
        assert_eq!(text.text.trim(), "Bertil", "at {place}");
    }
    let shifted =
        String::from_utf8_lossy(&pdf(200, 100, &[&far("1010 1010")])).replace("[0 0 200 100]", "[1e3 1e3 1200 1100]");
    // the table at the end has other places now; the library finds the objects by themselves
    let text = darkroom.open(shifted.into_bytes()).await.unwrap().text(0).await.unwrap();
    assert_eq!(text.text.trim(), "Bertil", "a sheet that does not begin at 0, 0");
}

#[tokio::test]
async fn words_without_end_are_ended_and_the_next_page_is_read() {
    let document = Darkroom::new(impatient()).open(endless_pdf()).await.unwrap();
    assert_eq!(document.text(0).await.unwrap_err().code(), "preview-timeout");
    assert_eq!(document.text(1).await.unwrap().text.trim(), "");
    let page = b"BT /F1 1 Tf "
        .iter()
        .copied()
        .chain(b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ".repeat(20_100))
        .chain(*b"ET");
    let novel = pdf(200, 100, &[&page.collect::<Vec<u8>>()]);
    let error = Darkroom::new(config()).open(novel).await.unwrap().text(0).await.unwrap_err();
    assert_eq!(error.code(), "file-too-large-to-show", "never a part of the words without a word");
}

#[tokio::test]
async fn what_cannot_be_shown_gets_its_error_and_the_next_document_opens() {
    let darkroom = Darkroom::new(config());
    for (what, bytes, _, code) in unshowable() {
        let error = darkroom.open(bytes).await.expect_err(what);
        assert_eq!(error.code(), code, "{what}: {error}");
    }
    assert!(darkroom.open(three_pages()).await.is_ok());
}

#[tokio::test]
async fn a_page_without_end_is_ended_and_costs_only_itself() {
    let darkroom = Darkroom::new(impatient());
    let document = darkroom.open(endless_pdf()).await.unwrap();
    let start = Instant::now();
    let error = document.page(0, 200).await.unwrap_err();
    assert!(matches!(error, PreviewError::TimedOut), "{error}");
    assert_eq!(error.code(), "preview-timeout");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(ink(&image_of(&document.page(1, 200).await.unwrap())), 0, "the empty page beside it");
    assert!(darkroom.open(three_pages()).await.is_ok());
}

#[tokio::test]
async fn a_request_that_is_cancelled_ends_its_work() {
    let document = Darkroom::new(config()).open(endless_pdf()).await.unwrap();
    let cancelled = tokio::time::timeout(Duration::from_millis(100), document.page(0, 200)).await;
    assert!(cancelled.is_err());
    let page = document.page(1, 300).await.unwrap();
    assert_eq!(image_of(&page).dimensions(), (300, 150), "the answer to this question, not to the one before");
}

#[tokio::test]
async fn parts_that_are_missing_are_named() {
    let nowhere = PreviewConfig { worker: "/nowhere/mottaget-preview".into(), ..config() };
    let error = Darkroom::new(nowhere).open(three_pages()).await.unwrap_err();
    assert!(matches!(&error, PreviewError::WorkerMissing(path) if path.ends_with("mottaget-preview")), "{error}");
    assert_eq!(error.code(), "preview-missing");

    let nowhere = PreviewConfig { pdfium: "/nowhere/libpdfium.so".into(), ..config() };
    let error = Darkroom::new(nowhere).open(three_pages()).await.unwrap_err();
    assert!(matches!(&error, PreviewError::WorkerMissing(path) if path.ends_with("libpdfium.so")), "{error}");
}

#[test]
fn a_darkroom_can_be_made_before_there_is_a_runtime() {
    let darkroom = Darkroom::new(config());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pages = runtime.block_on(async { darkroom.open(three_pages()).await.unwrap().info().pages });
    assert_eq!(pages, 3);
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::{Command, Stdio};

    /// A darkroom whose workers can be told from those of the tests that run beside it: they load their library by a name
    /// of its own.
    struct Marked {
        folder: tempfile::TempDir,
        darkroom: Darkroom,
    }

    impl Marked {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let library = folder.path().join("libpdfium.so");
            std::os::unix::fs::symlink(pdfium(), &library).unwrap();
            Self { darkroom: Darkroom::new(PreviewConfig { pdfium: library, ..config() }), folder }
        }

        /// Waits until so many of its workers run; their process ids, oldest first.
        async fn workers(&self, count: usize) -> Vec<u32> {
            let deadline = Instant::now() + Duration::from_secs(10);
            loop {
                let running = self.running();
                if running.len() == count {
                    return running;
                }
                assert!(Instant::now() < deadline, "{running:?} instead of {count}");
                tokio::task::yield_now().await;
            }
        }

        fn running(&self) -> Vec<u32> {
            let mark = self.folder.path().to_str().unwrap();
            let all = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
            let mut ours: Vec<(u64, u32)> = all
                .filter(|pid| fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains(mark)))
                .filter_map(|pid| Some((started(pid)?, pid)))
                .collect();
            ours.sort_unstable();
            ours.into_iter().map(|(_, pid)| pid).collect()
        }
    }

    /// When a process was started, in clock ticks since the machine was.
    fn started(pid: u32) -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit(')').next()?.split_whitespace().nth(19)?.parse().ok()
    }

    fn kill(pids: &[u32]) {
        for pid in pids {
            let killed = Command::new("/bin/sh").arg("-c").arg(format!("kill -KILL {pid}")).status().unwrap();
            assert!(killed.success());
        }
    }

    /// A worker that is a shell script.
    fn fake(folder: &Path, script: &str) -> PreviewConfig {
        let path = folder.join("worker");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        PreviewConfig { worker: path, ..impatient() }
    }

    #[tokio::test]
    async fn a_killed_worker_is_an_error_and_life_goes_on() {
        let marked = Marked::new();
        let darkroom = &marked.darkroom;
        let document = darkroom.open(three_pages()).await.unwrap();
        // one at work, one warm
        let workers = marked.workers(2).await;
        kill(&workers);
        let error = document.page(1, 200).await.unwrap_err();
        assert_eq!(error.code(), "preview-crashed", "{error}");
        assert!(matches!(&error, PreviewError::WorkerCrashed(how) if how.contains("signal: 9")), "{error}");
        assert!(document.page(1, 200).await.is_ok(), "the same document, by a new worker");
        assert!(darkroom.open(three_pages()).await.is_ok(), "another one, although the warm worker was dead");
    }

    #[tokio::test]
    async fn a_worker_killed_in_the_middle_of_a_page_is_an_error() {
        let marked = Marked::new();
        let darkroom = &marked.darkroom;
        let document = darkroom.open(endless_pdf()).await.unwrap();
        let workers = marked.workers(2).await;
        let (page, ()) = tokio::join!(document.page(0, 200), async {
            tokio::task::yield_now().await;
            kill(&workers);
        });
        assert_eq!(page.unwrap_err().code(), "preview-crashed");
        assert!(darkroom.open(three_pages()).await.is_ok());
    }

    #[tokio::test]
    async fn dropping_a_document_ends_its_worker() {
        let marked = Marked::new();
        let darkroom = &marked.darkroom;
        let documents = [darkroom.open(three_pages()).await.unwrap(), darkroom.open(animation()).await.unwrap()];
        // one each, one warm
        marked.workers(3).await;
        drop(documents);
        marked.workers(1).await;
    }

    #[tokio::test]
    async fn a_worker_inherits_nothing() {
        let marked = Marked::new();
        let darkroom = &marked.darkroom;
        let _document = darkroom.open(three_pages()).await.unwrap();
        for pid in marked.workers(2).await {
            // the warm one may still be on its way; the one at work has answered
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap();
            assert_eq!(String::from_utf8_lossy(&environment), "");
        }
        let at_work = marked.workers(2).await[0];
        let mut open: Vec<String> = fs::read_dir(format!("/proc/{at_work}/fd"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        open.sort();
        assert_eq!(open, ["0", "1", "2"]);
        let limits = fs::read_to_string(format!("/proc/{at_work}/limits")).unwrap();
        let limit = |name: &str| {
            let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
            line[name.len()..].split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(limit("Max file size")[..2], ["0", "0"]);
        assert_eq!(limit("Max core file size")[..2], ["0", "0"]);
        assert_eq!(limit("Max address space")[0], (1024 * 1024 * 1024).to_string());
        assert_ne!(limit("Max cpu time")[0], "unlimited");
    }

    #[test]
    fn a_file_that_the_app_left_open_is_closed_in_the_worker() {
        let mut child = Command::new("/bin/sh")
            .arg("-c")
            .arg("exec 7</bin/sh && exec \"$0\" serve")
            .arg(worker())
            .env_clear()
            .env("MOTTAGET_PDFIUM", pdfium())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut greeting = [0; 7];
        child.stdout.as_mut().unwrap().read_exact(&mut greeting).unwrap();
        assert_eq!(greeting, [1, 0, 0, 0, 2, 0, 2]);
        assert!(!Path::new(&format!("/proc/{}/fd/7", child.id())).exists());
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success(), "a closed pipe ends it");
    }

    #[tokio::test]
    async fn workers_that_hang_die_or_lie_are_errors() {
        const READY: &str = r"printf '\001\000\000\000\002\000\002'";
        let hang = "exec /bin/sleep 300";
        let cases = [
            (hang.to_owned(), "preview-timeout"),
            (format!("{READY}; {hang}"), "preview-timeout"),
            (format!("exec 0<&- 1>&-; {hang}"), "preview-crashed"),
            ("exit 3".to_owned(), "preview-crashed"),
            (format!("{READY}; kill -SEGV $$"), "preview-crashed"),
            (format!("{READY}; exit 11"), "file-damaged"),
            (format!("{READY}; exit 14"), "preview-timeout"),
            (format!("printf 'HTTP/1.1 200 OK'; {hang}"), "preview-crashed"),
            (format!(r"printf '\001\000\000\000\002\000\377'; {hang}"), "preview-crashed"),
            (format!(r"{READY}; printf '\000\377\377\377\377'; {hang}"), "preview-crashed"),
            (format!(r"{READY}; printf '\000\000\377\377\377half'; exit 0"), "preview-crashed"),
            (format!(r"{READY}; printf '\000\000\000\000\000\000\000\000\000\002[]'; {hang}"), "preview-crashed"),
        ];
        for (script, code) in cases {
            let folder = tempfile::tempdir().unwrap();
            let darkroom = Darkroom::new(fake(folder.path(), &script));
            let start = Instant::now();
            let error = darkroom.open(three_pages()).await.expect_err(&script);
            assert_eq!(error.code(), code, "{script}: {error}");
            assert!(start.elapsed() < Duration::from_secs(10), "{script}");
        }
    }

    #[tokio::test]
    async fn the_last_words_of_a_worker_are_kept_short() {
        let folder = tempfile::tempdir().unwrap();
        let script = "echo 'Reading the file broke down.' >&2; /usr/bin/head -c 50000 /dev/zero >&2; exit 70";
        let error = Darkroom::new(fake(folder.path(), script)).open(three_pages()).await.unwrap_err();
        let said = error.to_string();
        assert!(said.contains("exit status: 70") || said.contains("hung"), "{said}");
        assert!(said.len() < 700, "{}", said.len());
    }
}
