//! The app's window through WebKit's own WebDriver.

use crate::desktop;
use crate::pixels::Part;
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub type Answer<T> = Result<T, String>;

/// The longest that anything on the screen may take here; a debug build on a busy machine is slow.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// The image's own size and its visible part, once it is decoded and has been through two frames.
const PAINTED: &str = "
    const done = arguments[arguments.length - 1];
    const image = document.querySelector(arguments[0]);
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    (async () => {
        if (!image?.complete || !image.naturalWidth) return null;
        const { src } = image;
        await image.decode();
        await frame();
        await frame();
        if (!image.isConnected || image.src !== src || !image.complete) return null;
        const sheet = image.getBoundingClientRect();
        const desk = image.closest('[role=group]').getBoundingClientRect();
        const x = Math.max(sheet.left, desk.left), y = Math.max(sheet.top, desk.top);
        const width = Math.min(sheet.right, desk.right) - x, height = Math.min(sheet.bottom, desk.bottom) - y;
        const seen = [x, y, width, height].map((side) => Math.max(0, Math.round(side * devicePixelRatio)));
        return [image.naturalWidth, image.naturalHeight, ...seen];
    })().catch(() => null).then(done);";

/// Waits for what moves or changes colour and comes to an end; what goes round for ever is not waited for.
const AT_REST: &str = "
    const ends = (one) => one.playState === 'running' && Number.isFinite(one.effect?.getComputedTiming().endTime);
    Promise.all(document.getAnimations().filter(ends).map((one) => one.finished.catch(() => 0))).then(() => arguments[0](true));";

/// What a hostile text would do if it ever became part of the page. What the policy stops is noted by the web view.
const INTRUDE: &str = "
    window.refused = [];
    addEventListener('securitypolicyviolation', (event) => window.refused.push(event.effectiveDirective));
    document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.planted = true' }));
    document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/planted.png', hidden: true }));
    fetch('http://127.0.0.1:9/planted').catch(() => undefined);";

pub struct Window {
    driver: Child,
    pub page: Client,
}

/// Asks again and again until the answer is there: what is waited for is the thing itself.
pub async fn until<T, F: Future<Output = Answer<Option<T>>>>(what: &str, mut ask: impl FnMut() -> F) -> Answer<T> {
    let asking = async {
        let mut beat = tokio::time::interval(Duration::from_millis(80));
        loop {
            beat.tick().await;
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| Err(format!("never seen: {what}")))
}

/// Where the app's own messages go, in the session's temporary folder.
const LOG: &str = "mottaget-messages.log";

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn fault(what: &str) -> impl Fn(fantoccini::error::CmdError) -> String + '_ {
    move |error| format!("{what}: {error}")
}

/// Has this process started others that still run? Told by the kernel: `number (name) state parent …`.
fn has_children(parent: u32) -> Answer<bool> {
    let processes = std::fs::read_dir("/proc").map_err(|error| error.to_string())?;
    Ok(processes.flatten().any(|process| {
        // What ends meanwhile runs no more.
        let told = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        let mut after_name = told.rsplit(')').next().unwrap_or_default().split_whitespace();
        let state = after_name.next();
        after_name.next() == Some(&parent.to_string()) && state != Some("Z")
    }))
}

impl Window {
    pub async fn open(app: &Path, args: &[&str], env: &[(&str, &str)]) -> Answer<Self> {
        let port = free_port();
        // What the app says on its way is searched like everything else that it writes.
        let log = std::fs::OpenOptions::new().create(true).append(true).open(std::env::temp_dir().join(LOG));
        let log = log.map_err(|error| format!("{LOG}: {error}"))?;
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .current_dir(desktop::folder())
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(env.iter().copied())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("WebKitWebDriver: {error}"))?;
        let wish = serde_json::json!({ "webkitgtk:browserOptions": { "binary": app, "args": args } });
        let serde_json::Value::Object(wish) = wish else { unreachable!("an object stays one") };
        let address = format!("http://127.0.0.1:{port}");
        until("the driver's port", || async { Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()) })
            .await?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        // Each session starts the app: asked once, and given up on rather than asked again.
        let session = tokio::time::timeout(PATIENCE, builder.capabilities(wish).connect(&address)).await;
        let page = session.map_err(|_| "the app's window never came")?.map_err(|error| error.to_string())?;
        Ok(Self { driver, page })
    }

    /// Tries to bring a script, a picture and a request of somebody else's into the page: each has to be refused.
    pub async fn lets_nothing_in(&self) -> Answer<()> {
        self.page.execute(INTRUDE, vec![]).await.map_err(fault("script"))?;
        until("three refusals by the content policy", || async {
            let seen = "return [window.planted === true, ...window.refused].map(String)";
            let told = self.page.execute(seen, vec![]).await.map_err(fault("script"))?;
            let words: Vec<&str> = told.as_array().into_iter().flatten().filter_map(|word| word.as_str()).collect();
            if words.first() == Some(&"true") {
                return Err("a planted script has run".to_owned());
            }
            let refused = |start: &str| words.iter().any(|word| word.starts_with(start));
            Ok((refused("script-src") && refused("img-src") && refused("connect-src")).then_some(()))
        })
        .await
    }

    /// Ends the app and the driver.
    pub async fn close(mut self) -> Answer<()> {
        let closed = self.page.close().await.map_err(fault("close"));
        // The driver answers before it has ended the app: killed too early, it would leave the app running.
        let driver = self.driver.id();
        let ended = until("the app's end at its driver", || async { Ok((!has_children(driver)?).then_some(())) }).await;
        // The driver has nothing left to do; it may have ended by itself.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        closed.and(ended)
    }

    /// The app is gone already: only the driver is left to be ended.
    pub fn abandon(mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }

    pub async fn see(&self, css: &str) -> Answer<Element> {
        let found = self.page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        found.map_err(|_| format!("never on the screen: {css}"))
    }

    /// Waits until the element is there and holds the words.
    pub async fn read(&self, css: &str, words: &str) -> Answer<Element> {
        until(&format!("«{words}» in {css}"), || async {
            for element in self.page.find_all(Locator::Css(css)).await.map_err(fault(css))? {
                // Asked as a property: the driver's own «text» is empty for words that may be cut with an ellipsis. An
                // element that was just replaced is asked again in the next round.
                let text = element.prop("textContent").await.unwrap_or_default().unwrap_or_default();
                if text.contains(words) {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Waits until nothing on the screen matches.
    pub async fn gone(&self, css: &str) -> Answer<()> {
        until(&format!("{css} gone"), || async {
            let left = self.page.find_all(Locator::Css(css)).await.map_err(fault(css))?;
            Ok(left.is_empty().then_some(()))
        })
        .await
    }

    pub async fn click(&self, css: &str) -> Answer<()> {
        until(&format!("a click on {css}"), || async {
            let Some(element) = self.page.find_all(Locator::Css(css)).await.map_err(fault(css))?.into_iter().next()
            else {
                return Ok(None);
            };
            if element.click().await.is_ok() {
                return Ok(Some(()));
            }
            // Covered or replaced in this very moment, or behind what stands fast at an edge: scroll to it and try again.
            let place = serde_json::to_value(&element).map_err(|error| error.to_string())?;
            let _ = self.page.execute("arguments[0].scrollIntoView({ block: 'center' });", vec![place]).await;
            Ok(None)
        })
        .await
    }

    pub async fn type_into(&self, css: &str, text: &str) -> Answer<()> {
        let field = self.see(css).await?;
        field.send_keys(text).await.map_err(fault(css))
    }

    pub async fn text(&self, css: &str) -> Answer<String> {
        let text = self.see(css).await?.prop("textContent").await.map_err(fault(css))?;
        Ok(text.unwrap_or_default())
    }

    pub async fn count(&self, css: &str) -> Answer<usize> {
        Ok(self.page.find_all(Locator::Css(css)).await.map_err(fault(css))?.len())
    }

    pub async fn attribute(&self, css: &str, name: &str) -> Answer<Option<String>> {
        self.see(css).await?.attr(name).await.map_err(fault(css))
    }

    /// The attribute of everything that matches, in the order of the page.
    pub async fn attributes(&self, css: &str, name: &str) -> Answer<Vec<String>> {
        let mut all = Vec::new();
        for element in self.page.find_all(Locator::Css(css)).await.map_err(fault(css))? {
            all.push(element.attr(name).await.map_err(fault(css))?.unwrap_or_default());
        }
        Ok(all)
    }

    /// A picture of the window as the display shows it, after two frames. The driver's own waits for the next change of
    /// the page, and where no OpenGL is used none may ever come.
    /// Nothing is on its way from one colour or place to another in it.
    pub async fn picture(&self) -> Answer<Vec<u8>> {
        self.page.execute_async(AT_REST, vec![]).await.map_err(fault("animations"))?;
        self.two_frames().await?;
        desktop::window_picture()
    }

    /// Waits until what is on the page now has been drawn.
    pub async fn two_frames(&self) -> Answer<()> {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        self.page.execute_async(script, vec![]).await.map(drop).map_err(fault("two frames"))
    }

    /// Waits until an image is decoded and two pictures of the window have been made with it; says its own size, and
    /// which part of it can be seen.
    pub async fn painted(&self, css: &str) -> Answer<((u64, u64), Part)> {
        until(&format!("pixels in {css}"), || async {
            let told = self.page.execute_async(PAINTED, vec![css.into()]).await.map_err(fault("script"))?;
            let at = |n: usize| told.get(n).and_then(serde_json::Value::as_u64);
            let part = || Some(Part { x: at(2)?, y: at(3)?, width: at(4)?, height: at(5)? });
            Ok(at(0).zip(at(1)).zip(part()))
        })
        .await
    }

    /// Takes the picture out of an image and leaves its white sheet, or puts it back.
    pub async fn blank(&self, css: &str, blank: bool) -> Answer<()> {
        let script = "document.querySelector(arguments[0]).style.objectPosition = arguments[1] ? '-9999px 0' : '';";
        self.page.execute(script, vec![css.into(), blank.into()]).await.map_err(fault("script"))?;
        self.two_frames().await
    }
}
