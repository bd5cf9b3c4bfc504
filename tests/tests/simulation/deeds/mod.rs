//! What people do, and what happens to them: drawn from the seed and the world as the server has it, done by the real client,
//! written down in the ledger.

mod at_home;
mod choosing;
mod deciding;
mod ends;
mod keeping;
mod looking;
mod offices;
mod together;
mod weather;
mod work;
mod writing;

use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::{STAFF, World};
use mottaget_client::ClientError;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    File,
    Answer,
    ReadAtHome,
    Give,
    GiveWithReply,
    Take,
    GiveBack,
    Write,
    Change,
    Discard,
    Attach,
    Detach,
    Send,
    Close,
    CloseWithWords,
    Reopen,
    Note,
    MarkRecorded,
    Open,
    LookAtFile,
    Print,
    CopyToRecord,
    Together,
    Search,
    List,
    Withdraw,
    WithdrawQuestion,
    Decide,
    TakeDraft,
    GoAway,
    ComeBack,
    Roles,
    Switch,
    Seconds,
    Minutes,
    Hours,
    Days,
    WrongClock,
    Cut,
    Mend,
    Slow,
    Hang,
    Broken,
    Busy,
    Twice,
    LoseAnswer,
    KeepUnderway,
    ArriveLate,
    RestartClient,
    GoHome,
    Come,
    RestartServer,
    StopServer,
    KillClient,
    KillAtWork,
    KillInTheMiddle,
    KillServer,
    KillServerAtWork,
}

/// How often each, among all.
const DEEDS: [(u64, Deed); 58] = [
    (24, Deed::File),
    (25, Deed::Answer),
    (18, Deed::ReadAtHome),
    (70, Deed::Give),
    (15, Deed::GiveWithReply),
    (45, Deed::Take),
    (15, Deed::GiveBack),
    (80, Deed::Write),
    (45, Deed::Change),
    (15, Deed::Discard),
    (28, Deed::Attach),
    (4, Deed::Detach),
    (150, Deed::Send),
    (10, Deed::Close),
    (10, Deed::CloseWithWords),
    (20, Deed::Reopen),
    (25, Deed::Note),
    (12, Deed::MarkRecorded),
    (80, Deed::Open),
    (6, Deed::LookAtFile),
    (6, Deed::Print),
    (6, Deed::CopyToRecord),
    (14, Deed::Together),
    (25, Deed::Search),
    (30, Deed::List),
    (35, Deed::Withdraw),
    (10, Deed::WithdrawQuestion),
    (60, Deed::Decide),
    (14, Deed::TakeDraft),
    (9, Deed::GoAway),
    (3, Deed::ComeBack),
    (6, Deed::Roles),
    (5, Deed::Switch),
    (25, Deed::Seconds),
    (8, Deed::Minutes),
    (3, Deed::Hours),
    (1, Deed::Days),
    (4, Deed::WrongClock),
    (20, Deed::Cut),
    (20, Deed::Mend),
    (5, Deed::Slow),
    (4, Deed::Hang),
    (6, Deed::Broken),
    (4, Deed::Busy),
    (10, Deed::Twice),
    (14, Deed::LoseAnswer),
    (14, Deed::KeepUnderway),
    (10, Deed::ArriveLate),
    (4, Deed::RestartClient),
    (14, Deed::GoHome),
    (10, Deed::Come),
    (2, Deed::RestartServer),
    (1, Deed::StopServer),
    (6, Deed::KillClient),
    (10, Deed::KillAtWork),
    (12, Deed::KillInTheMiddle),
    (1, Deed::KillServer),
    (3, Deed::KillServerAtWork),
];

/// How often each of [`STAFF`] acts.
const BUSY: [(u64, Who); STAFF.len()] = [(6, 0), (7, 1), (5, 2), (6, 3), (4, 4), (1, 5)];

/// What became of a deed, for the story.
type Told = Result<String, ClientError>;

impl World {
    /// Draws the next deed and does it.
    pub async fn step(&mut self) {
        self.deed += 1;
        let mut chance = Chance::of(self.seed, self.deed);
        self.pass(1);
        self.follow_the_day().await;
        match self.down_for {
            Some(0) => self.start_server().await,
            Some(deeds) => self.down_for = Some(deeds - 1),
            None if self.watch.overdue(self.now) => self.look().await,
            None => {}
        }
        let deed = chance.weighted(&DEEDS);
        self.count("deeds");
        match deed {
            Deed::File | Deed::Answer | Deed::ReadAtHome => self.at_home(deed, &mut chance).await,
            Deed::Seconds | Deed::Minutes | Deed::Hours | Deed::Days | Deed::WrongClock => {
                self.time_goes_on(deed, &mut chance).await;
            }
            Deed::Cut
            | Deed::Mend
            | Deed::Slow
            | Deed::Hang
            | Deed::Broken
            | Deed::Busy
            | Deed::Twice
            | Deed::LoseAnswer
            | Deed::KeepUnderway
            | Deed::ArriveLate
            | Deed::RestartClient
            | Deed::GoHome
            | Deed::Come
            | Deed::RestartServer
            | Deed::StopServer
            | Deed::KillClient
            | Deed::KillServer => self.weather(deed, &mut chance).await,
            Deed::Roles | Deed::Switch => self.offices(deed, &mut chance).await,
            Deed::KillAtWork | Deed::KillServerAtWork => self.ends_at_work(deed, &mut chance).await,
            Deed::KillInTheMiddle => self.ends_in_the_middle(&mut chance).await,
            _ => self.staff_act(deed, &mut chance).await,
        }
    }
}
