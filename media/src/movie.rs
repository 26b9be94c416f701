//! MP4 and QuickTime: the `moov` box has a header and a box for each track, which say all there is to know, unless the
//! film comes in fragments. It is at the beginning of a file or behind all of the pictures.

use crate::boxes::{Boxes, FoundBox};
use crate::fragments;
use crate::source::{Source, Stop};
use crate::track::{self, Track};
use crate::{Kind, Media};

/// No film has so many tracks.
const MAX_TRACKS: usize = 64;

/// The header of a movie: what its tracks are measured and turned by.
pub struct Movie {
    /// Units a second.
    pub timescale: u32,
    pub duration: Option<f64>,
    pub matrix: [i32; 4],
}

pub fn read(source: &Source) -> Result<Media, Stop> {
    let mut boxes = Boxes::of_file(source, 0);
    let moov = loop {
        match boxes.next()? {
            Some(found) if found.kind == *b"moov" && found.is_cut => {
                return Err(Stop::Broken("It breaks off within its index (the moov box)."));
            }
            Some(found) if found.kind == *b"moov" => break found,
            Some(_) => {}
            None => return Err(Stop::Broken("It breaks off: its index (the moov box) is missing.")),
        }
    };
    let movie = movie(source, &moov)?;
    let tracks = tracks(source, &moov, &movie)?;
    if tracks.is_empty() {
        return Err(Stop::Broken("It holds neither pictures nor sound."));
    }
    let Some(video) = shown(&tracks) else {
        return Ok(Media { kind: Kind::Audio, frame: None, duration: duration(&tracks, &movie) });
    };
    let frame = track::frame(source, video, &movie)?;
    let mut whole = duration(&tracks, &movie);
    if let Some(mvex) = moov.find(source, b"mvex")? {
        let found = fragments::duration(source, &moov, &mvex, &movie, video);
        whole = source.if_cheap(found)?.or(whole);
    }
    Ok(Media { kind: Kind::Video, frame: Some(frame), duration: whole })
}

fn movie(source: &Source, moov: &FoundBox) -> Result<Movie, Stop> {
    let mvhd = moov.find(source, b"mvhd")?.ok_or(Stop::Broken("Its index has no header."))?;
    let is_first = mvhd.u8(source, 0)? == 0;
    let timescale = mvhd.u32(source, if is_first { 12 } else { 20 })?;
    let units = mvhd.duration(source, 16, 24)?;
    let matrix = track::matrix(source, &mvhd, if is_first { 36 } else { 48 })?;
    Ok(Movie { timescale, duration: units.and_then(|units| seconds(units, timescale)), matrix })
}

/// The tracks with pictures or sound.
fn tracks(source: &Source, moov: &FoundBox, movie: &Movie) -> Result<Vec<Track>, Stop> {
    let mut boxes = moov.boxes(source, 0);
    let mut tracks = Vec::new();
    while let Some(found) = boxes.next()? {
        if found.kind == *b"trak" && tracks.len() < MAX_TRACKS {
            tracks.extend(track::read(source, &found, movie)?);
        }
    }
    Ok(tracks)
}

/// The track that is shown: the first with pictures that is switched on. One that is off holds the pictures of
/// chapters.
fn shown(tracks: &[Track]) -> Option<&Track> {
    let mut videos = tracks.iter().filter(|track| track.is_video);
    let first = videos.clone().next();
    videos.find(|track| track.is_enabled).or(first)
}

/// The longest track's, which is what the header should say too.
fn duration(tracks: &[Track], movie: &Movie) -> Option<f64> {
    tracks.iter().filter_map(|track| track.duration).reduce(f64::max).or(movie.duration)
}

pub fn seconds(units: u64, timescale: u32) -> Option<f64> {
    (units > 0 && timescale > 0).then(|| units as f64 / f64::from(timescale))
}
