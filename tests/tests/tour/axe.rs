//! What axe says of the view in the window: a rule that is broken ends the tour, in light as in dark.

use crate::window::{Answer, Window};
use serde_json::Value;
use std::path::Path;

/// Every finding as a sentence. Findings of which axe itself is not sure are left out.
const LOOK: &str = "
    const done = arguments[arguments.length - 1];
    const root = document.documentElement;
    const before = root.dataset.theme;
    const words = (theme) => ({ id, impact, nodes }) => nodes.map((node) =>
        `${theme}, ${impact} ${id}: ${node.target.join(' ')}: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`);
    const painted = () => new Promise((next) => setTimeout(next, 0));
    (async () => {
        const found = [];
        for (const theme of ['light', 'dark']) {
            root.dataset.theme = theme;
            await painted();
            await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)));
            const { violations } = await axe.run(document, { resultTypes: ['violations'] });
            found.push(...violations.flatMap(words(theme)));
        }
        return found;
    })().catch((error) => [`axe did not run: ${error}`]).then((found) => {
        root.dataset.theme = before;
        done(found);
    });";

/// Looks at what is on the screen now.
pub async fn check(window: &Window, view: &str) -> Answer<()> {
    let there = window.page.execute("return typeof axe === 'object';", vec![]).await;
    if there.map_err(|error| format!("axe: {error}"))? != Value::Bool(true) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        window.page.execute(&source, vec![]).await.map_err(|error| format!("axe: {error}"))?;
    }
    let found = window.page.execute_async(LOOK, vec![]).await.map_err(|error| format!("axe: {error}"))?;
    let Value::Array(found) = found else { return Err(format!("axe answered {found}")) };
    match found.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "axe finds in «{view}»:\n{}",
            found.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
        )),
    }
}
