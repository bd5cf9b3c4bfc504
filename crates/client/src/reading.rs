//! Reading: lists, the start page, what a case can be given to. Nothing here waits for the network, and every look at a case is on record
//! before it is shown (invariant 10).

use crate::administering::administered;
use crate::client::{Answer, Client};
use crate::error::ClientError;
use crate::event::ConnectionState;
use crate::live::Live;
use crate::looking::Sight;
use crate::rules::Rules;
use crate::show;
use crate::staffing::{away, covers, short_inboxes};
use crate::view::{
    Colleague, Counts, FilterChoices, ListPage, ListQuery, Oldest, OutboxRow, Scope, StartCard, StartCardKind,
    StartView, TargetAway, TargetKind, TargetView,
};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::searched_number::mistyped_number;
use mottaget_domain::visibility::readers;
use mottaget_domain::{Act, Assignee, CaseId, CaseState, Command, HsaId, OpId, Refusal, check};
use mottaget_protocol::{Me, Op, ReadEntry, ReadKind};
use mottaget_store::{CaseRead, ClinicStart, NewOp, OutboxRow as Stored, Pile, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Reading. Nothing here waits for the network.
impl Client {
    /// The start page.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`]; errors of the local files.
    pub async fn start_view(&self) -> Answer<StartView> {
        let live = self.live()?;
        let (me, now, since) = (live.me(), live.core.now(), live.memory().was_here);
        live.files
            .with(move |store| {
                let start = store.start(&me, since, now)?;
                let mut cards: Vec<StartCard> = start.clinics.iter().flat_map(clinic_cards).collect();
                for card in cards.iter_mut().filter(|card| card.kind == StartCardKind::Covered) {
                    card.covers = covers(store, &me, card.clinic.as_ref(), now)?;
                }
                let works = !cards.is_empty();
                let own = |kind, counts| StartCard {
                    kind,
                    clinic: None,
                    clinic_name: None,
                    counts,
                    oldest: None,
                    unwatched: Vec::new(),
                    covers: Vec::new(),
                };
                if works {
                    cards.push(own(StartCardKind::Drafts, vec![("drafts", start.drafts)]));
                    cards.push(own(StartCardKind::Outbox, vec![("outbox", start.outbox)]));
                }
                cards.extend(administered(&me).into_iter().map(|kind| own(kind, Vec::new())));
                cards.push(own(StartCardKind::PersonalSettings, Vec::new()));
                let (short_inboxes, away) = (short_inboxes(store, &me, now)?, away(store, &me, now)?);
                Ok(StartView { cards, new_since: since, new_cases: start.new_cases, short_inboxes, away })
            })
            .await
    }

    /// What waits for the person; at one clinic or at all.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn counts(&self, clinic: Option<HsaId>) -> Answer<Counts> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                let counts = store.counts(&me, clinic.as_ref(), now)?;
                Ok(Counts {
                    inbox: counts.inbox,
                    distributed: counts.distributed,
                    mine: counts.mine,
                    groups: counts.groups,
                    covered: counts.covered,
                    waiting: counts.waiting,
                    drafts: counts.drafts,
                    outbox: counts.outbox,
                    stray_drafts: counts.stray_drafts,
                    unread: counts.unread,
                })
            })
            .await
    }

    /// A list. Rows show residents' identities, so a case's first appearance in a session is on record too (D6).
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn list(&self, query: ListQuery) -> Answer<ListPage> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let mistyped = query.search.as_deref().and_then(|search| mistyped_number(search, swedish_day(now)));
        let page = live
            .files
            .with(move |store| {
                let query = mottaget_store::Query {
                    scope: query.scope,
                    clinic: query.clinic,
                    search: query.search,
                    filter: query.filter,
                    offset: usize::try_from(query.offset).unwrap_or(usize::MAX),
                    limit: usize::try_from(query.limit).unwrap_or(usize::MAX),
                };
                Ok(store.list(&me, &query, now)?)
            })
            .await?;
        let page = ListPage {
            total: page.total as u64,
            more: page.more,
            offset: page.offset as u64,
            rows: page.rows.into_iter().map(show::row).collect(),
            incomplete: page.incomplete,
            mistyped,
        };
        note_list(&live, &page).await?;
        Ok(page)
    }

    /// What the cases of a list can be narrowed by.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn filter_choices(&self, scope: Scope, clinic: Option<HsaId>) -> Answer<FilterChoices> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                let found = store.choices(&me, scope, clinic.as_ref(), now)?;
                let holders = found.holders.into_iter().map(show::assignee).collect();
                Ok(FilterChoices { case_types: found.case_types, holders, unheld: found.unheld })
            })
            .await
    }

    /// How many cases each of the person's saved views holds now, in their order.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn view_counts(&self) -> Answer<Vec<u64>> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files.with(move |store| Ok(store.view_counts(&me, &me.preferences.views, now)?)).await
    }

    /// Whom the case can be given to, with how much they have: people by name, groups, and (where the rules allow it)
    /// back to the receivers.
    ///
    /// # Errors
    /// As [`Client::open_case`]; the refusal's code if the person may not give it to anybody.
    pub async fn targets(&self, case: CaseId) -> Answer<Vec<TargetView>> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                let read = found(store, &me, case, now)?;
                let rules = Rules::at(store, &me, &read.document.case.clinic, now)?;
                targets(&read, &rules)
            })
            .await
    }

    /// Whom an internal note in this case can speak to: the clinic's active staff, by name. Who does not see the case is
    /// named too, so that nobody counts on their being told.
    ///
    /// # Errors
    /// As [`Client::open_case`].
    pub async fn colleagues(&self, case: CaseId) -> Answer<Vec<Colleague>> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                let case = found(store, &me, case, now)?.document.case;
                let rules = Rules::at(store, &me, &case.clinic, now)?;
                let reading: BTreeSet<_> =
                    readers(&case, &rules.clinic, swedish_day(now)).map(|person| &person.hsa_id).collect();
                let others = rules.clinic.staff.values().filter(|one| one.active && one.hsa_id != me.staff.hsa_id);
                let mut colleagues: Vec<_> = others
                    .map(|one| Colleague {
                        reads: reading.contains(&one.hsa_id),
                        hsa_id: one.hsa_id.clone(),
                        name: one.name.clone(),
                        title: one.title.clone(),
                    })
                    .collect();
                colleagues.sort_by(|a, b| (&a.name, &a.hsa_id).cmp(&(&b.name, &b.hsa_id)));
                Ok(colleagues)
            })
            .await
    }

    /// How far each clinic's feed is taken in on this machine, by its feed numbers. A clinic that is still being filled is
    /// not named.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn taken_in(&self) -> Answer<BTreeMap<HsaId, u64>> {
        let cursors = self.live()?.files.with(|store| Ok(store.cursors()?)).await?;
        Ok(cursors.into_iter().filter(|cursor| cursor.complete).map(|cursor| (cursor.clinic, cursor.seq)).collect())
    }

    /// My acts that have not come home, oldest first; those that wait here with the reason.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn outbox(&self) -> Answer<Vec<OutboxRow>> {
        let live = self.live()?;
        let (me, now, connection) = (live.me(), live.core.now(), live.core.connection());
        live.files.with(move |store| outbox_rows(store, &me, &store.outbox()?, &connection, now)).await
    }
}

/// The rows of the outbox, each with the reason why it is still here.
pub(crate) fn outbox_rows(
    store: &Store,
    me: &Me,
    rows: &[Stored],
    connection: &ConnectionState,
    now: jiff::Timestamp,
) -> Answer<Vec<OutboxRow>> {
    let name = |case| Answer::Ok(store.case(me, case, now)?.map(|read| read.document.resident.name));
    let told = rows.iter().enumerate().map(|(n, row)| {
        let before: Vec<_> = rows.iter().take(n).filter(|other| other.op.case == row.op.case).collect();
        let waits = show::waits(row, &before, connection);
        Ok(show::outbox(row, name(row.op.case)?.unwrap_or_default(), waits))
    });
    told.collect()
}

/// The case, if it is in the mirror and the person may read it.
pub(crate) fn found(store: &Store, me: &Me, case: CaseId, now: jiff::Timestamp) -> Answer<CaseRead> {
    store.case(me, case, now)?.ok_or(ClientError::Refused(Refusal::NotFound))
}

/// A line for the read log.
pub(crate) fn look(
    clinic: HsaId,
    cases: Vec<CaseId>,
    attachment: Option<mottaget_domain::AttachmentId>,
    kind: ReadKind,
    at: jiff::Timestamp,
) -> ReadEntry {
    ReadEntry { id: uuid::Uuid::new_v4(), clinic, cases, attachment, kind, at }
}

/// T7: the assignee has opened it, so the work begins, unless it has begun or is about to.
pub(crate) fn begin(store: &Store, read: &CaseRead, rules: &Rules) -> Answer<bool> {
    let case = rules.projected(&read.document.case, &read.pending);
    let begins = case.state == CaseState::AssignedPerson
        && check(&case, &rules.person(), Act::Start, &rules.clinic, rules.now).is_ok();
    if begins {
        let op = Op {
            id: OpId::random(),
            clinic: case.clinic.clone(),
            case: case.id,
            command: Command::Start,
            signature: None,
        };
        let new =
            NewOp { op: &op, what: "start", case_type: &case.case_type.name, written_at: rules.now, takes_back: None };
        store.enqueue(new, false)?;
    }
    Ok(begins)
}

/// Puts the rows that were not shown before in this session on record; in a hidden window none is shown.
async fn note_list(live: &Arc<Live>, page: &ListPage) -> Answer<()> {
    if live.sight() == Sight::Hidden {
        return Ok(());
    }
    let mut fresh: BTreeMap<HsaId, Vec<CaseId>> = BTreeMap::new();
    {
        let memory = live.memory();
        for row in page.rows.iter().filter(|row| !memory.listed.contains(&row.id)) {
            fresh.entry(row.clinic.clone()).or_default().push(row.id);
        }
    }
    if fresh.is_empty() {
        return Ok(());
    }
    let now = live.core.now();
    let noted: Vec<CaseId> = fresh.values().flatten().copied().collect();
    live.files
        .with(move |store| {
            for (clinic, cases) in fresh {
                store.log_read(&look(clinic, cases, None, ReadKind::List, now))?;
            }
            Ok(())
        })
        .await?;
    live.memory().listed.extend(noted);
    Ok(())
}

fn clinic_cards(at: &ClinicStart) -> Vec<StartCard> {
    let card = |kind, counts, oldest: Option<&mottaget_store::Oldest>| StartCard {
        kind,
        clinic: Some(at.clinic.clone()),
        clinic_name: Some(at.clinic_name.clone()),
        counts,
        oldest: oldest.map(|oldest| Oldest {
            case: oldest.case,
            case_type: oldest.case_type.clone(),
            received_at: oldest.received_at,
        }),
        unwatched: Vec::new(),
        covers: Vec::new(),
    };
    let mut cards = Vec::new();
    if let Some(inbox) = &at.inbox {
        // the board: undistributed, due today, late, new (R27, R81)
        let rest = at.distributed.clone().unwrap_or_default();
        let counts = vec![
            ("undistributed", inbox.open),
            ("dueToday", inbox.due_today),
            ("late", inbox.late),
            ("unread", inbox.unread),
            // in another list, so numbers of their own: what a card says is what the list behind it shows
            ("dueTodayDistributed", rest.due_today),
            ("lateDistributed", rest.late),
        ];
        let board = card(StartCardKind::ClinicCases, counts, inbox.oldest.as_ref());
        cards.push(StartCard { unwatched: at.unwatched.clone(), ..board });
    }
    if let Some(mine) = &at.mine {
        cards.push(card(
            StartCardKind::AssignedCases,
            [pile_counts("open", mine), vec![("waiting", mine.waiting)]].concat(),
            mine.oldest.as_ref(),
        ));
    }
    if let Some(groups) = &at.groups {
        cards.push(card(StartCardKind::MyGroups, pile_counts("groups", groups), groups.oldest.as_ref()));
    }
    if let Some(covered) = &at.covered {
        cards.push(card(StartCardKind::Covered, pile_counts("covered", covered), covered.oldest.as_ref()));
    }
    cards
}

fn pile_counts(whole: &'static str, pile: &Pile) -> Vec<(&'static str, u64)> {
    vec![(whole, pile.open), ("dueToday", pile.due_today), ("late", pile.late), ("unread", pile.unread)]
}

fn targets(read: &CaseRead, rules: &Rules) -> Answer<Vec<TargetView>> {
    let today = swedish_day(rules.now);
    let case = rules.projected(&read.document.case, &read.pending);
    let act = if case.assignee.is_none() { Act::Distribute } else { Act::Redistribute };
    check(&case, &rules.person(), act, &rules.clinic, rules.now)?;
    let loads: BTreeMap<String, u32> = rules
        .directory
        .iter()
        .flat_map(|directory| &directory.open_cases)
        .map(|load| (load.key.clone(), load.count))
        .collect();
    let load = |key: String| loads.get(&key).copied().unwrap_or(0);
    // Whoever has it is no choice, unless they were lost and are back (T19).
    let has = |assignee: Assignee| !case.needs_redistribution && case.assignee.as_ref() == Some(&assignee);
    let mut people: Vec<TargetView> = rules
        .clinic
        .staff
        .values()
        .filter(|staff| staff.can_handle() && !has(Assignee::Person { hsa_id: staff.hsa_id.clone() }))
        .map(|staff| TargetView {
            kind: TargetKind::Person,
            id: staff.hsa_id.to_string(),
            name: staff.name.clone(),
            title: Some(staff.title.clone()),
            open_cases: load(format!("handler:{}", staff.hsa_id)),
            me: staff.hsa_id == rules.actor.hsa_id,
            members: None,
            there: None,
            away: staff.absence_on(today).map(|absence| {
                let substitute = rules.clinic.substitute_of(&staff.hsa_id, today);
                let named = |id: HsaId| (id.clone(), rules.name_of(&id));
                TargetAway { until: absence.to, substitute: substitute.map(named) }
            }),
        })
        .collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    let groups = rules.clinic.groups.values().filter(|group| !has(Assignee::Group { id: group.id }));
    let mut groups: Vec<TargetView> = groups
        .filter_map(|group| {
            let handlers = rules.clinic.handlers_in(group.id).filter(|handlers| *handlers > 0)?;
            Some(TargetView {
                kind: TargetKind::Group,
                id: group.id.to_string(),
                name: group.name.clone(),
                title: None,
                open_cases: load(format!("group:{}", group.id)),
                me: group.members.contains(&rules.actor.hsa_id),
                members: u32::try_from(handlers).ok(),
                there: u32::try_from(rules.clinic.handlers_there(group.id, today)).ok(),
                away: None,
            })
        })
        .collect();
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    people.extend(groups);
    if check(&case, &rules.person(), Act::ReturnToReceiver, &rules.clinic, rules.now).is_ok() {
        people.push(TargetView {
            kind: TargetKind::Receiver,
            id: case.clinic.to_string(),
            name: rules.clinic.name.clone(),
            title: None,
            open_cases: 0,
            me: false,
            members: None,
            there: None,
            away: None,
        });
    }
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(card: &StartCard, key: &str) -> Option<u64> {
        card.counts.iter().find(|(name, _)| *name == key).map(|(_, n)| *n)
    }

    #[test]
    fn a_card_counts_what_the_list_behind_it_shows() {
        let pile = |late, waiting| Pile { open: 9, late, waiting, due_today: late + 1, ..Pile::default() };
        let cards = clinic_cards(&ClinicStart {
            clinic: HsaId::parse("SE2321000016-2001").unwrap(),
            clinic_name: "Björkens vårdcentral".into(),
            inbox: Some(pile(2, 0)),
            distributed: Some(pile(1, 5)),
            mine: Some(pile(0, 3)),
            groups: Some(pile(0, 0)),
            covered: None,
            unwatched: Vec::new(),
        });
        let [clinic, mine, groups] = &cards[..] else { panic!("{cards:?}") };
        assert_eq!([number(clinic, "late"), number(clinic, "dueToday")], [Some(2), Some(3)], "the inbox alone");
        assert_eq!([number(clinic, "lateDistributed"), number(clinic, "dueTodayDistributed")], [Some(1), Some(2)]);
        assert_eq!(number(mine, "waiting"), Some(3));
        assert_eq!(number(groups, "waiting"), None, "whoever asks a question has taken the case from the group");
    }
}
