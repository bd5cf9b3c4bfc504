//! From the start of the program to a list that can be used, and the memory that this takes; beside an empty window.

use crate::figure::{Yardstick, median, spread, write};
use crate::profile::Profile;
use crate::program::Program;
use crate::window::Answer;
use crate::{Places, memory};
use std::process::Command;

/// Rounds; in each, every program has one turn, so that a slow moment hits all alike.
const ROUNDS: usize = 7;

#[derive(Default)]
struct Seen {
    painted: Vec<f64>,
    memory: Vec<f64>,
}

impl Seen {
    async fn turn(&mut self, command: Command) -> Answer<()> {
        let program = Program::start(command)?;
        self.painted.push(program.said("painted")?);
        self.memory.push(memory::at_rest(program.pid()).await?);
        program.end().await
    }

    fn show(&self, name: &str) {
        println!("{name}: painted after {} ms; {} MiB", spread(&self.painted), spread(&self.memory));
    }
}

pub async fn measure(places: &Places, outside: &Profile, practice: &Profile) -> Answer<()> {
    let (mut empty, mut with_server, mut in_practice) = (Seen::default(), Seen::default(), Seen::default());
    for round in 0..=ROUNDS {
        if round == 1 {
            // The round before warmed the machine up and does not count.
            (empty, with_server, in_practice) = Default::default();
        }
        empty.turn(Command::new(&places.empty_window)).await?;
        with_server.turn(outside.command()).await?;
        in_practice.turn(practice.command()).await?;
    }
    empty.show("an empty window");
    with_server.show("the app, server elsewhere");
    in_practice.show("the app in practice mode");
    for (how, ours) in [("server elsewhere", &with_server), ("practice mode", &in_practice)] {
        let yardstick = |value| [Yardstick { name: "an empty window", value, limit: Some(1.3) }];
        let start = format!("start to usable list with 50,000 cached cases, {how}");
        write(&places.out, &start, "ms", median(&ours.painted), &yardstick(median(&empty.painted)))?;
    }
    for (how, ours) in [("server elsewhere", &with_server), ("practice mode, server counted", &in_practice)] {
        let yardstick = |value| [Yardstick { name: "an empty window", value, limit: Some(1.3) }];
        let memory = format!("memory with the list of 50,000 cases open, {how}");
        write(&places.out, &memory, "MiB", median(&ours.memory), &yardstick(median(&empty.memory)))?;
    }
    Ok(())
}
