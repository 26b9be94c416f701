//! The frontier as an SVG for the README: reads against mean delay, both logarithmic, so that all fixed
//! intervals lie on one straight line. Colours are legible on a white page and on a dark one.

use crate::frontier::{Curve, Fixed, Frontier};
use crate::tally::Tally;
use std::fmt::Write;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 56.0;

/// What the axes span: reads per task, and seconds.
const READS: (f64, f64) = (3.0, 450.0);
const DELAY_S: (f64, f64) = (0.12, 13.0);

const READ_TICKS: [f64; 7] = [3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];
const DELAY_TICKS: [f64; 6] = [0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#7a828e}\
.grid{stroke:#7a828e;stroke-opacity:.22}\
.line{fill:none;stroke-width:2.5;stroke-linejoin:round}\
.fixed{stroke:#8b949e;fill:#8b949e;stroke-dasharray:5 4}\
.dot{stroke:none;stroke-dasharray:none}\
.c0{stroke:#2f81f7;fill:#2f81f7}.c1{stroke:#1f9d55;fill:#1f9d55}\
.line.c0,.line.c1,.line.fixed{fill:none}\
text.c0,text.c1{stroke:none;font-weight:600}text.fixed{stroke:none}";

pub fn svg(frontier: &Frontier) -> String {
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n\
         <title>Reads per task against the mean delay from done to known</title>\n<style>{STYLE}</style>\n"
    );
    axes(&mut text);
    fixed(&mut text, &frontier.fixed);
    for (index, curve) in frontier.curves.iter().enumerate() {
        ours(&mut text, &format!("c{index}"), curve);
    }
    text + "</svg>\n"
}

fn axes(text: &mut String) {
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    for reads in READ_TICKS {
        let x = x_of(reads);
        put(text, format_args!("<path class=\"grid\" d=\"M{x:.1} {TOP}V{bottom}\"/>"));
        label(text, "", "middle", (x, bottom + 19.0), &reads.to_string());
    }
    for delay in DELAY_TICKS {
        let y = y_of(delay);
        put(text, format_args!("<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>"));
        label(text, "", "end", (LEFT - 8.0, y + 4.5), &format!("{delay} s"));
    }
    label(text, "", "middle", ((LEFT + right) / 2.0, HEIGHT - 12.0), "reads per task");
    let middle = (TOP + bottom) / 2.0;
    put(
        text,
        format_args!(
            "<text text-anchor=\"middle\" transform=\"translate(15 {middle}) rotate(-90)\">mean delay from done to known</text>"
        ),
    );
}

fn fixed(text: &mut String, intervals: &[Fixed]) {
    line(text, "fixed", intervals.iter().map(|fixed| &fixed.tally));
    for Fixed { peers, tally, .. } in intervals.iter().filter(|fixed| !fixed.peers.is_empty()) {
        let (x, y) = place(tally);
        dot(text, "fixed", (x, y));
        // Above the line for the long intervals, below it for the short ones: where there is room.
        let (anchor, dx, dy) = if x < WIDTH / 2.0 { ("start", 10.0, -11.0) } else { ("end", -8.0, 27.0) };
        label(text, "fixed", anchor, (x + dx, y + dy), peers);
    }
}

fn ours(text: &mut String, class: &str, curve: &Curve) {
    line(text, class, curve.points.iter().map(|point| &point.tally));
    for point in curve.points.iter().filter(|point| point.thrift == 1.0) {
        let (x, y) = place(&point.tally);
        dot(text, class, (x, y));
        let Tally { mean_reads, mean_delay_s, .. } = point.tally;
        label(text, class, "end", (x - 12.0, y + 3.0), "act-one");
        label(text, "", "end", (x - 12.0, y + 19.0), curve.progress);
        let cost = format!("{mean_reads:.0} reads, {mean_delay_s:.1} s");
        label(text, "", "end", (x - 12.0, y + 35.0), &cost);
    }
}

fn line<'a>(text: &mut String, class: &str, tallies: impl Iterator<Item = &'a Tally>) {
    let points: Vec<String> = tallies
        .map(|tally| {
            let (x, y) = place(tally);
            format!("{x:.1},{y:.1}")
        })
        .collect();
    put(text, format_args!("<polyline class=\"line {class}\" points=\"{}\"/>", points.join(" ")));
}

fn dot(text: &mut String, class: &str, (x, y): (f64, f64)) {
    put(text, format_args!("<circle class=\"{class} dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5.5\"/>"));
}

fn label(text: &mut String, class: &str, anchor: &str, (x, y): (f64, f64), words: &str) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    put(text, format_args!("<text{class} text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>"));
}

fn put(text: &mut String, element: std::fmt::Arguments) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{element}");
}

fn place(tally: &Tally) -> (f64, f64) {
    (x_of(tally.mean_reads), y_of(tally.mean_delay_s))
}

fn x_of(reads: f64) -> f64 {
    LEFT + share(reads, READS) * (WIDTH - LEFT - RIGHT)
}

fn y_of(delay_s: f64) -> f64 {
    HEIGHT - BOTTOM - share(delay_s, DELAY_S) * (HEIGHT - TOP - BOTTOM)
}

fn share(value: f64, (least, most): (f64, f64)) -> f64 {
    (value / least).ln() / (most / least).ln()
}
