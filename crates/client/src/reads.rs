//! The read log in portions that the server takes: nothing is dropped, whatever its size (invariant 10).

use mottaget_protocol::{MAX_READ_CASES, MAX_READ_ENTRIES, ReadEntry};

/// The entries in batches within the wire's limits, in their order. An entry with more cases than a batch may have comes
/// in parts with the same id: the server has one line per entry and case, so the parts are the whole.
pub(crate) fn batches(entries: Vec<ReadEntry>) -> Vec<Vec<ReadEntry>> {
    let mut batches = Vec::new();
    let (mut batch, mut room) = (Vec::new(), MAX_READ_CASES);
    for entry in entries {
        for part in parts(entry) {
            if batch.len() == MAX_READ_ENTRIES || part.cases.len() > room {
                batches.push(std::mem::take(&mut batch));
                room = MAX_READ_CASES;
            }
            room -= part.cases.len();
            batch.push(part);
        }
    }
    if !batch.is_empty() {
        batches.push(batch);
    }
    batches
}

fn parts(entry: ReadEntry) -> Vec<ReadEntry> {
    if entry.cases.len() <= MAX_READ_CASES {
        return vec![entry];
    }
    entry.cases.chunks(MAX_READ_CASES).map(|cases| ReadEntry { cases: cases.to_vec(), ..entry.clone() }).collect()
}

/// Two halves of a batch that was refused; `None` when it is one case of one entry and can't be less.
pub(crate) fn halves(mut batch: Vec<ReadEntry>) -> Option<(Vec<ReadEntry>, Vec<ReadEntry>)> {
    if batch.len() > 1 {
        let second = batch.split_off(batch.len() / 2);
        return Some((batch, second));
    }
    let mut first = batch.pop().filter(|entry| entry.cases.len() > 1)?;
    let cases = first.cases.split_off(first.cases.len() / 2);
    let second = ReadEntry { cases, ..first.clone() };
    Some((vec![first], vec![second]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_domain::{CaseId, HsaId};
    use mottaget_protocol::ReadKind;
    use uuid::Uuid;

    fn entry(cases: usize) -> ReadEntry {
        ReadEntry {
            id: Uuid::new_v4(),
            clinic: HsaId::parse("SE2321000016-B001").unwrap(),
            cases: (0..cases).map(|_| CaseId::random()).collect(),
            attachment: None,
            kind: ReadKind::List,
            at: "2026-11-23T09:15:00Z".parse().unwrap(),
        }
    }

    fn lines<'a>(entries: impl IntoIterator<Item = &'a ReadEntry>) -> Vec<(Uuid, CaseId)> {
        entries.into_iter().flat_map(|entry| entry.cases.iter().map(|case| (entry.id, *case))).collect()
    }

    #[test]
    fn every_line_comes_once_in_order_and_no_batch_is_over_a_limit() {
        let (rows, cases) = (MAX_READ_ENTRIES, MAX_READ_CASES);
        for sizes in [
            vec![],
            vec![1],
            vec![1; rows],
            vec![1; rows + 1],
            vec![cases],
            vec![cases, 1],
            vec![1, cases],
            vec![cases + 1],
            vec![3 * cases + 7, 0, 2],
            vec![cases / 2, cases / 2, cases / 2],
            vec![50; 2 * rows],
        ] {
            let entries: Vec<ReadEntry> = sizes.iter().map(|n| entry(*n)).collect();
            let wanted = lines(&entries);
            let cut = batches(entries);
            assert_eq!(lines(cut.iter().flatten()), wanted, "{sizes:?}");
            for batch in &cut {
                let in_it: usize = batch.iter().map(|entry| entry.cases.len()).sum();
                assert!(!batch.is_empty() && batch.len() <= rows && in_it <= cases, "{sizes:?}");
            }
        }
    }

    #[test]
    fn halves_are_the_whole_down_to_a_single_line() {
        let mut todo = vec![vec![entry(5), entry(1), entry(2)]];
        let wanted = lines(todo.iter().flatten());
        let mut single = Vec::new();
        while let Some(batch) = todo.pop() {
            match halves(batch.clone()) {
                Some((first, second)) => todo.extend([second, first]),
                None => single.extend(batch),
            }
        }
        assert!(single.iter().all(|entry| entry.cases.len() == 1));
        assert_eq!(lines(&single), wanted);
    }
}
