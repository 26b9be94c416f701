//! The result of a run: every scenario with its marks, as a table for people and JSON for programs.

use crate::frontier::{Fixed, Frontier, sweep};
use crate::scenario::{Mark, all};
use crate::tally::{Tally, tally};
use act_one::schedule::next_poll_delay;
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    tasks: usize,
    latency_ms: f64,
    scenarios: Vec<Row>,
    pub frontier: Frontier,
}

#[derive(Serialize)]
struct Row {
    name: String,
    #[serde(flatten)]
    tally: Tally,
    marks: Vec<Verdict>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    figure: &'static str,
    at_most: f64,
    was: f64,
    met: bool,
}

pub fn make(tasks: usize, latency_ms: f64) -> Report {
    let scenarios = all().into_iter().map(|scenario| {
        let tally = tally(&scenario.service, tasks, latency_ms, next_poll_delay);
        let marks = scenario.marks.iter().map(|mark| judge(mark, &tally)).collect();
        Row { name: scenario.name, tally, marks }
    });
    Report { tasks, latency_ms, scenarios: scenarios.collect(), frontier: sweep(tasks, latency_ms) }
}

fn judge(mark: &Mark, tally: &Tally) -> Verdict {
    let was = mark.figure.of(tally);
    Verdict { figure: mark.figure.name(), at_most: mark.at_most, was, met: was <= mark.at_most }
}

impl Report {
    pub fn all_met(&self) -> bool {
        self.scenarios.iter().flat_map(|row| &row.marks).all(|verdict| verdict.met)
    }

    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data serializes") + "\n"
    }

    pub fn table(&self) -> String {
        let mut text = format!(
            "{} tasks per scenario, {} ms per read, log-normal run times, 5 % failures\n\n",
            self.tasks, self.latency_ms
        );
        text += "                            reads        delay, s          delay ÷  reads × delay\n";
        text += "scenario                  mean  p99     mean     p95     length        ÷ length   marks\n";
        for row in &self.scenarios {
            line(&mut text, &row.name, &row.tally, &row.marks);
        }
        text += "\na fixed interval instead, 75 s run\n";
        for Fixed { peers, tally, .. } in &self.frontier.fixed {
            if !peers.is_empty() {
                line(&mut text, peers, tally, &[]);
            }
        }
        text
    }
}

fn line(text: &mut String, name: &str, tally: &Tally, marks: &[Verdict]) {
    let Tally { mean_reads, reads_p99, mean_delay_s, delay_p95_s, delay_share, score, .. } = tally;
    // Writing to a String cannot fail.
    let _ = write!(text, "{name:<23} {mean_reads:>6.1} {reads_p99:>4.0}");
    if mean_delay_s.is_nan() {
        *text += "   never done                                 ";
    } else {
        let share = delay_share * 100.0;
        let _ = write!(text, " {mean_delay_s:>8.2} {delay_p95_s:>7.2} {share:>8.1} % {score:>15.3}");
    }
    *text += "   ";
    *text += &marks_in_words(marks);
    *text = text.trim_end().to_owned() + "\n";
}

fn marks_in_words(marks: &[Verdict]) -> String {
    let missed: Vec<String> = marks
        .iter()
        .filter(|verdict| !verdict.met)
        .map(|verdict| format!("{} over {}", verdict.figure, verdict.at_most))
        .collect();
    match (marks.is_empty(), missed.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!("{} of {} met", marks.len(), marks.len()),
        (false, false) => format!("MISSED: {}", missed.join(", ")),
    }
}
