//! From a key to its letter on the screen, while the app catches up with its clinic and while it does not.
//!
//! Between the app and the server lies a line that can be cut. A composer is open, and somebody types at forty keys a second.
//! For each round the line is cut, residents file cases meanwhile, and it is opened again in the middle of a sentence. What lies
//! beside the text does not move while somebody types, so how long a catch-up takes is seen in a first round without typing.

use crate::figure::{Yardstick, percentile, write};
use crate::notification::somebody;
use crate::server::PracticeServer;
use crate::window::{Answer, Window, until};
use crate::{Places, desktop};
use journeys::line::{Line, Mode};
use mottaget_domain::{HsaId, Role};
use mottaget_protocol::Me;
use mottaget_protocol::session::PracticePeople;
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;
use tokio::sync::watch;

/// Cases that come in one catch-up.
const CASES: usize = 6_000;
/// Keys during catch-ups that are enough, and the rounds after which it is given up.
const ENOUGH: usize = 300;
const MOST_ROUNDS: usize = 12;
const DELAY_MS: &str = "25";
/// Eight seconds.
const TYPED: usize = 320;

/// Notes of every key when it was pressed and how long its frame took to be drawn, and when the count of the inbox and the
/// connection changed.
const LISTEN: &str = "
    window.keys = [];
    window.moved = [];
    // One channel for all: a port lives on until its page is gone.
    const channel = new MessageChannel();
    const waiting = [];
    channel.port1.onmessage = () => waiting.splice(0).forEach((then) => then());
    const drawn = (then) => requestAnimationFrame(() => { waiting.push(then); channel.port2.postMessage(0); });
    addEventListener('keydown', (event) => {
        const at = performance.now();
        drawn(() => window.keys.push([at, performance.now() - event.timeStamp]));
    }, true);
    const word = () => [document.querySelector('[data-test=count-inbox]')?.textContent ?? '',
        document.querySelector('[data-test=connection]')?.dataset.state ?? ''];
    let before = word().join();
    new MutationObserver(() => {
        const now = word();
        if (now.join() !== before) window.moved.push([performance.now(), ...now]);
        before = now.join();
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });";
const TAKE: &str = "const all = [window.keys, window.moved]; window.keys = []; window.moved = []; return all;";

pub async fn measure(places: &Places, scratch: &Path) -> Answer<()> {
    println!("measuring: a key to its letter on the screen");
    // A server of its own: it ends with tens of thousands of cases.
    let server = PracticeServer::start(&places.server, &scratch.join("keystrokes-server")).await?;
    let (_upstream, upstream) = watch::channel(Some(socket(server.address())?));
    let line = Line::to(upstream).await;
    let (me, clinic) = receiver_and_handler(server.address()).await?;
    let data = scratch.join("keystrokes").to_string_lossy().into_owned();
    let window = Window::open(&places.app, &["--server", &line.url(), "--data-dir", &data], &[]).await?;
    let outcome = typed(places, &server, &window, &line, &me, &clinic).await;
    let closed = window.close().await;
    outcome.and(closed)
}

fn socket(address: &str) -> Answer<std::net::SocketAddr> {
    address.trim_start_matches("http://").parse().map_err(|_| format!("no address: {address}"))
}

async fn typed(
    places: &Places,
    server: &PracticeServer,
    window: &Window,
    line: &Line,
    me: &Me,
    clinic: &HsaId,
) -> Answer<()> {
    window.click(&format!("[data-test=person][data-hsa-id='{}']", me.staff.hsa_id)).await?;
    window.see("[data-test=start] [data-test=card]").await?;
    window.read("[data-test=connection]", "Ansluten").await?;
    window.click("[data-test=nav-mine]").await?;
    window.click("[data-test=case-row]:not([data-state=awaitingResident])").await?;
    window.click("[data-test=act-reply]").await?;
    window.click("[data-test=composer-text]").await?;
    desktop::to_the_window()?;
    window.page.execute(LISTEN, vec![]).await.map_err(|error| error.to_string())?;
    let portal = somebody(server.address()).await?;
    let (mut calm, mut busy) = (Vec::new(), Vec::new());
    let mut lasts = 0.0;
    for round in 0..=MOST_ROUNDS {
        let mut typing = type_on()?;
        typing.wait().await.map_err(|error| error.to_string())?;
        let quiet = taken(window).await?.0;
        empty_the_field(window).await?;

        line.set(Mode::Cut);
        window.read("[data-test=connection]", "Frånkopplad").await?;
        for n in 0..CASES {
            portal
                .file(clinic, "Förnya recept", &format!("Mätning {round}, ärende {n}: mer salva, tack."), &[])
                .await?;
        }
        taken(window).await?;
        // The first round warms up, and shows how long it takes.
        if round == 0 {
            let there = waiting(window).await?;
            line.set(Mode::Open);
            until("all cases in the count", || async { Ok((waiting(window).await? == there + CASES).then_some(())) })
                .await?;
            let moved = taken(window).await?.1;
            let (begun, ended) = (moved.first().ok_or("nothing moved")?.0, moved.last().ok_or("nothing moved")?.0);
            lasts = ended - begun;
            println!("a catch-up of {CASES} cases takes {lasts:.0} ms on the screen when nobody types");
            continue;
        }
        let mut typing = type_on()?;
        line.set(Mode::Open);
        window.read("[data-test=connection]", "Ansluten").await?;
        typing.wait().await.map_err(|error| error.to_string())?;
        let (keys, moved) = taken(window).await?;
        empty_the_field(window).await?;
        calm.extend(quiet.into_iter().map(|(_, took)| took));
        busy.extend(meanwhile(&keys, &moved, lasts));
        if busy.len() >= ENOUGH {
            break;
        }
    }
    if busy.len() < ENOUGH / 2 {
        return Err(format!("only {} keys were pressed while the app caught up", busy.len()));
    }
    let [ours, theirs] = [&busy, &calm].map(|times| percentile(times, 99.0));
    println!("{} keys during a catch-up: half {:.1}, p99 {ours:.1} ms", busy.len(), percentile(&busy, 50.0));
    println!("{} keys without one: half {:.1}, p99 {theirs:.1} ms", calm.len(), percentile(&calm, 50.0));
    let against = Yardstick { name: "without one", value: theirs, limit: Some(1.2) };
    write(&places.out, "key to its letter on the screen during a catch-up, p99", "ms", ours, &[against])
}

/// Keys that were pressed from the first sign of the catch-up on the screen for as long as one takes.
fn meanwhile(keys: &[(f64, f64)], moved: &[(f64, String)], lasts: f64) -> Vec<f64> {
    let Some((begun, _)) = moved.first() else { return Vec::new() };
    keys.iter().filter(|(at, _)| *begun <= *at && *at <= begun + lasts).map(|(_, took)| *took).collect()
}

/// The number beside the inbox.
async fn waiting(window: &Window) -> Answer<usize> {
    let text = window.text("[data-test=count-inbox] > span[aria-hidden]").await?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(|_| format!("no number beside the inbox: {text}"))
}

fn type_on() -> Answer<tokio::process::Child> {
    let text: String = "Vi ringer dig i morgon om provet. ".chars().cycle().take(TYPED).collect();
    let mut command = Command::new("xdotool");
    command.args(["type", "--delay", DELAY_MS, &text]).stdin(Stdio::null()).kill_on_drop(true);
    command.spawn().map_err(|error| format!("xdotool: {error}"))
}

async fn empty_the_field(window: &Window) -> Answer<()> {
    desktop::press(&["ctrl+a", "Delete"])?;
    until("the empty field", || async {
        let field = window.see("[data-test=composer-text]").await?;
        let text = field.prop("value").await.map_err(|error| error.to_string())?;
        Ok(text.is_some_and(|text| text.is_empty()).then_some(()))
    })
    .await
}

/// The keys (when, and how long each took) and the changes of the connection's state since it was last asked.
#[allow(clippy::type_complexity, reason = "two lists of pairs")]
async fn taken(window: &Window) -> Answer<(Vec<(f64, f64)>, Vec<(f64, String)>)> {
    let told = window.page.execute(TAKE, vec![]).await.map_err(|error| error.to_string())?;
    let list = |n: usize| told.get(n).and_then(Value::as_array).cloned().unwrap_or_default();
    let number = |value: &Value, n: usize| value.get(n).and_then(Value::as_f64);
    let keys = list(0).iter().filter_map(|key| Some((number(key, 0)?, number(key, 1)?))).collect();
    let state = |moved: &Value| Some((number(moved, 0)?, moved.get(2)?.as_str()?.to_owned()));
    Ok((keys, list(1).iter().filter_map(state).collect()))
}

/// A demo person who receives and handles, and where.
async fn receiver_and_handler(address: &str) -> Answer<(Me, HsaId)> {
    let response = reqwest::get(format!("{address}/practice/people")).await.map_err(|error| error.to_string())?;
    let people: PracticePeople =
        serde_json::from_str(&response.text().await.map_err(|error| error.to_string())?).map_err(|e| e.to_string())?;
    let both = |me: &Me| {
        let at =
            me.assignments.iter().find(|at| [Role::Receiver, Role::Handler].iter().all(|role| at.roles.contains(role)));
        at.map(|at| (me.clone(), at.clinic.clone()))
    };
    people.people.iter().find_map(both).ok_or_else(|| "nobody receives and handles".into())
}
