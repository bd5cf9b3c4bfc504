//! Scratch.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]
mod cases;
use cases::corpus::Corpus;
use cases::figures::Times;
use cases::story::now;
use cases::typed::typed;
use mottaget_store::{Keys, Scope, Store};
use std::path::Path;

fn main() {
    let root = std::env::var("DATA").unwrap();
    let only = std::env::var("ONLY").ok();
    let corpus = Corpus::new();
    let keys = Keys::from_secret(&"11".repeat(96)).unwrap();
    let stores: Vec<(usize, Store)> = [5_000, 50_000]
        .into_iter()
        .filter(|n| only.as_ref().is_none_or(|o| *o == n.to_string()))
        .map(|n| {
            let dir = Path::new(&root).join(n.to_string());
            if dir.exists() {
                (n, Store::open(&dir, &keys).unwrap())
            } else {
                (n, cases::filled(&dir, &keys, &corpus, 0..n))
            }
        })
        .collect();
    if let Ok(sql) = std::env::var("EXPLAIN") {
        let db = rusqlite::Connection::open(Path::new(&root).join("50000/mirror.db")).unwrap();
        db.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "11".repeat(32))).unwrap();
        for sql in sql.split(';') {
            println!("{sql}");
            let mut rows = db.prepare(sql).unwrap();
            let n = rows.column_count();
            let mut rows = rows.query([]).unwrap();
            while let Some(r) = rows.next().unwrap() {
                println!(
                    "    {:?}",
                    (0..n).map(|i| r.get::<_, rusqlite::types::Value>(i).unwrap()).collect::<Vec<_>>()
                );
            }
        }
        return;
    }
    let me = cases::me();
    for scope in
        [Scope::Inbox, Scope::Distributed, Scope::Mine, Scope::ClinicClosed, Scope::MyClosed, Scope::Everything]
    {
        for (n, store) in &stores {
            let mut t = Times::default();
            store.list(&me, &cases::first(scope, None), now()).unwrap();
            for _ in 0..std::env::var("LOOPS_").ok().and_then(|s| s.parse().ok()).unwrap_or(30) {
                t.of(|| store.list(&me, &cases::first(scope, None), now()).unwrap());
            }
            println!("{scope:?} {n}: {}", t.show());
        }
    }

    let typed = typed(&corpus);
    let loops: usize = std::env::var("LOOPS").ok().and_then(|s| s.parse().ok()).unwrap_or(6);
    let texts: Vec<&str> = typed.iter().flat_map(|one| one.letters()).map(|(_, text)| text).collect();
    let mut best = vec![vec![(f64::MAX, 0); stores.len()]; texts.len()];
    for _ in 0..loops {
        for (k, text) in texts.iter().enumerate() {
            let q = cases::first(Scope::Everything, Some(text));
            for (i, (_, store)) in stores.iter().enumerate() {
                let mut t = Times::default();
                let p = t.of(|| store.list(&me, &q, now()).unwrap());
                best[k][i] = (best[k][i].0.min(t.median()), p.total);
            }
        }
    }
    for (i, (n, _)) in stores.iter().enumerate() {
        let mut t: Vec<f64> = best.iter().map(|b| b[i].0).collect();
        t.sort_by(f64::total_cmp);
        let p = |x: f64| t[((t.len() as f64 * x) as usize).min(t.len() - 1)];
        println!(
            "{n}: min of loops: p50 {:.3} p75 {:.3} p90 {:.3} p95 {:.3} p99 {:.3} most {:.3}",
            p(0.5),
            p(0.75),
            p(0.9),
            p(0.95),
            p(0.99),
            p(1.0)
        );
    }
    let mut rows: Vec<_> = texts.iter().zip(&best).collect();
    rows.sort_by(|a, b| b.1.last().unwrap().0.total_cmp(&a.1.last().unwrap().0));
    for (t, r) in rows.iter().take(60) {
        println!(
            "  {:.2?} «{t}» {:?}",
            r.iter().map(|x| x.0).collect::<Vec<_>>(),
            r.iter().map(|x| x.1).collect::<Vec<_>>()
        );
    }
}
