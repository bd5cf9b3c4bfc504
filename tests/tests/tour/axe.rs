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

/// A picture without words, to see that a broken rule is seen.
const PLANT: &str = "
    const plant = document.createElement('img');
    plant.id = 'planted';
    document.body.append(plant);";

/// Looks at what is on the screen now.
pub async fn check(window: &Window, view: &str) -> Answer<()> {
    let there = window.page.execute("return typeof axe === 'object';", vec![]).await;
    if there.map_err(|error| format!("axe: {error}"))? != Value::Bool(true) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        window.page.execute(&source, vec![]).await.map_err(|error| format!("axe: {error}"))?;
        window.page.execute(PLANT, vec![]).await.map_err(|error| format!("axe: {error}"))?;
        let seen = look(window).await?;
        if !seen.iter().any(|finding| finding.contains("image-alt") && finding.contains("#planted")) {
            return Err(format!("axe does not see what was planted: {seen:?}"));
        }
        let uproot = "document.getElementById('planted').remove();";
        window.page.execute(uproot, vec![]).await.map_err(|error| format!("axe: {error}"))?;
    }
    let found = look(window).await?;
    if found.is_empty() { Ok(()) } else { Err(format!("axe finds in «{view}»:\n{}", found.join("\n"))) }
}

async fn look(window: &Window) -> Answer<Vec<String>> {
    let found = window.page.execute_async(LOOK, vec![]).await.map_err(|error| format!("axe: {error}"))?;
    serde_json::from_value(found).map_err(|error| format!("axe: {error}"))
}
