//! What the poll schedule costs: reads per task against the delay from done to known, over many
//! simulated tasks through the schedule that ships. Prints a table, or JSON with `--json`; with `--svg
//! FILE` it also plots the frontier. Ends with status 1 if a mark is missed.

mod frontier;
mod plot;
mod report;
mod scenario;
mod service;
mod tally;
mod wait;

use std::process::ExitCode;

/// Tasks per scenario. The mean delay of the noisiest scenario then varies by 1 % between seeds.
const TASKS: usize = 20_000;
/// How long a read takes: a gateway on the same continent. Every 100 ms more add 75 ms to each delay, which is no schedule's doing.
const LATENCY_MS: f64 = 50.0;

const USAGE: &str = "usage: frugality [--json] [--svg FILE] [--tasks N] [--latency MS]";

struct Arguments {
    json: bool,
    svg: Option<String>,
    tasks: usize,
    latency_ms: f64,
}

fn main() -> ExitCode {
    let arguments = match arguments(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let report = report::make(arguments.tasks, arguments.latency_ms);
    if let Some(file) = &arguments.svg
        && let Err(error) = std::fs::write(file, plot::svg(&report.frontier))
    {
        eprintln!("{file} could not be written: {error}");
        return ExitCode::from(2);
    }
    print!("{}", if arguments.json { report.json() } else { report.table() });
    if report.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments { json: false, svg: None, tasks: TASKS, latency_ms: LATENCY_MS };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--json" => arguments.json = true,
            "--svg" => arguments.svg = Some(value()?),
            "--tasks" => arguments.tasks = number(&value()?)?,
            "--latency" => arguments.latency_ms = number(&value()?)?,
            _ => return Err(format!("{word} is no argument of this program")),
        }
    }
    Ok(arguments)
}

fn number<N: std::str::FromStr>(word: &str) -> Result<N, String> {
    word.parse().map_err(|_| format!("{word} is not a number"))
}
