//! Tells what a video or image file is from a few pieces of it: its format, its size as displayed, its duration. Does
//! no I/O: whoever has the file calls [`examine`] with what has been read so far, and is told which piece to read next
//! until there is an answer.
//!
//! Each reader runs from the file's beginning every time and ends early where a byte is not there yet. That keeps them
//! as plain as if the whole file were in memory, and costs little: there are never more than [`MAX_PIECES`] runs.
//!
//! The bytes decide what a file is, not its name. No length that a file states is allocated, and each read is bounded.

mod aperture;
mod boxes;
mod ebml;
mod exif;
mod format;
mod fragments;
mod gif;
mod heif;
mod jpeg;
mod matroska;
mod movie;
mod png;
mod source;
mod track;
mod webp;

#[cfg(target_family = "wasm")]
mod js;

pub use format::{Format, Kind};
pub use source::{MAX_BYTES, MAX_PIECES, Source};

use format::Sniffed;
use source::Stop;

/// What to do next.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// Read this piece, add it to the source, and ask again. Where the file ends within it, its length is known.
    Need {
        /// Where it begins.
        offset: u64,
        /// Its length in bytes, at least 1.
        length: u64,
    },
    /// This is what the file is.
    Answer(Answer),
}

/// What a file is.
#[derive(Debug, PartialEq)]
pub struct Answer {
    /// Its format, if it is one that is read here.
    pub format: Option<Format>,
    /// What it holds.
    pub kind: Kind,
    /// What it is in words, with an article: "a JPEG image".
    pub name: &'static str,
    /// Its size as displayed, if that could be read.
    pub frame: Option<Frame>,
    /// In seconds; images have none.
    pub duration: Option<f64>,
    /// Why its size could not be read: a sentence about "it".
    pub trouble: Option<&'static str>,
}

/// A size in pixels, neither side zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Frame {
    fn new(width: u32, height: u32) -> Result<Self, Stop> {
        if width == 0 || height == 0 {
            return Err(Stop::Broken("It states a size of zero."));
        }
        Ok(Self { width, height })
    }

    /// Turned by a quarter.
    fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// With pixels so many times as wide as high.
    fn stretched(self, ratio: f64) -> Result<Self, Stop> {
        // A cast to an integer saturates.
        Self::new((f64::from(self.width) * ratio).round() as u32, self.height)
    }
}

/// What a reader has found.
struct Media {
    kind: Kind,
    frame: Option<Frame>,
    duration: Option<f64>,
}

impl Media {
    fn image(frame: Frame) -> Self {
        Self { kind: Kind::Image, frame: Some(frame), duration: None }
    }
}

/// What the file is, or which piece of it to read next.
pub fn examine(source: &Source) -> Outcome {
    let sniffed = match format::sniff(source) {
        Ok(sniffed) => sniffed,
        Err(stop) => return ended(source, None, stop),
    };
    let Some(format) = sniffed.format else {
        return answer(&sniffed, Media { kind: sniffed.kind, frame: None, duration: None }, sniffed.trouble);
    };
    let read = match format {
        Format::Jpeg => jpeg::read(source),
        Format::Png => png::read(source),
        Format::Gif => gif::read(source),
        Format::Webp => webp::read(source),
        Format::Avif | Format::Heic => heif::read(source),
        Format::Mp4 | Format::Mov => movie::read(source),
        Format::Webm | Format::Mkv => matroska::read(source),
    };
    match read {
        Ok(media) => answer(&sniffed, media, None),
        Err(stop) => ended(source, Some(&sniffed), stop),
    }
}

fn answer(sniffed: &Sniffed, media: Media, trouble: Option<&'static str>) -> Outcome {
    let Media { kind, frame, duration } = media;
    let name = if kind == Kind::Audio { "a sound recording" } else { sniffed.name };
    Outcome::Answer(Answer { format: sniffed.format, kind, name, frame, duration, trouble })
}

fn ended(source: &Source, sniffed: Option<&Sniffed>, stop: Stop) -> Outcome {
    let trouble = match stop {
        Stop::Need { offset, length } => match source.next_piece(offset, length) {
            Some((offset, length)) => return Outcome::Need { offset, length },
            None => "What it says of its size lies too far apart to be read.",
        },
        Stop::Broken(trouble) => trouble,
    };
    let unknown = Sniffed::UNKNOWN;
    let sniffed = sniffed.unwrap_or(&unknown);
    answer(sniffed, Media { kind: sniffed.kind, frame: None, duration: None }, Some(trouble))
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
