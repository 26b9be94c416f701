//! One track of an MP4 or QuickTime file: whether it has pictures, how long it is shown, and at which size.

use crate::Frame;
use crate::aperture;
use crate::boxes::FoundBox;
use crate::movie::{Movie, seconds};
use crate::source::{Source, Stop};

/// No track is cut into so many parts.
const MAX_EDITS: u32 = 4096;

/// Where the boxes begin in the description of a picture, behind its fixed fields.
const BEHIND_FIELDS: u64 = 78;

/// A track with pictures or sound.
pub struct Track {
    pub id: u32,
    pub is_video: bool,
    pub is_enabled: bool,
    /// In seconds, without what edits cut off.
    pub duration: Option<f64>,
    /// Units a second of its own times.
    pub timescale: u32,
    header: FoundBox,
    media: FoundBox,
}

/// The track, if it has pictures or sound.
pub fn read(source: &Source, trak: &FoundBox, movie: &Movie) -> Result<Option<Track>, Stop> {
    let (Some(header), Some(media)) = (trak.find(source, b"tkhd")?, trak.find(source, b"mdia")?) else {
        return Ok(None);
    };
    let Some(handler) = media.find(source, b"hdlr")? else { return Ok(None) };
    let is_video = match &handler.array(source, 8)? {
        b"vide" => true,
        b"soun" => false,
        _ => return Ok(None),
    };
    let is_first = header.u8(source, 0)? == 0;
    let mdhd = media.find(source, b"mdhd")?.ok_or(Stop::Broken("A track in it has no header."))?;
    let timescale = mdhd.u32(source, if mdhd.u8(source, 0)? == 0 { 12 } else { 20 })?;
    let whole = mdhd.duration(source, 16, 24)?.and_then(|units| seconds(units, timescale));
    Ok(Some(Track {
        id: header.u32(source, if is_first { 12 } else { 20 })?,
        is_video,
        is_enabled: header.u8(source, 3)? & 1 != 0,
        duration: edited(source, trak, movie)?.or(whole),
        timescale,
        header,
        media,
    }))
}

/// How long its edits show it, pauses included; nothing where it has none.
fn edited(source: &Source, trak: &FoundBox, movie: &Movie) -> Result<Option<f64>, Stop> {
    let Some(edts) = trak.find(source, b"edts")? else { return Ok(None) };
    let Some(elst) = edts.find(source, b"elst")? else { return Ok(None) };
    let is_first = elst.u8(source, 0)? == 0;
    let size = if is_first { 12 } else { 20 };
    let mut units = 0_u64;
    for edit in 0..elst.u32(source, 4)?.min(MAX_EDITS) {
        let at = 8 + u64::from(edit) * size;
        units = units.saturating_add(elst.u32_or_u64(source, at, at)?);
    }
    Ok(seconds(units, movie.timescale))
}

/// The size of a track with pictures as it is shown.
pub fn frame(source: &Source, track: &Track, movie: &Movie) -> Result<Frame, Stop> {
    let description = description(source, &track.media)?
        .ok_or(Stop::Broken("Its index does not describe its pictures."))?;
    let coded = Frame::new(description.u16(source, 24)?.into(), description.u16(source, 26)?.into())?;
    let is_first = track.header.u8(source, 0)? == 0;
    // Whole pixels and parts of them, in 16 bits each.
    let sides = if is_first { 76 } else { 88 };
    let stated = [track.header.u32(source, sides)?, track.header.u32(source, sides + 4)?];

    let mut shown = coded;
    let mut stretch = None;
    let mut boxes = description.boxes(source, BEHIND_FIELDS);
    while let Some(found) = boxes.next()? {
        match &found.kind {
            b"clap" => shown = aperture::cropped(source, &found, coded)?,
            b"pasp" => stretch = pixel_aspect(source, &found)?,
            _ => {}
        }
    }
    // The header of the track knows the pixels' aspect where nothing nearer to them does.
    let stretch = stretch.unwrap_or_else(|| stated_aspect(stated, coded, shown));
    let frame = shown.stretched(stretch)?;
    let matrix = matrix(source, &track.header, if is_first { 40 } else { 52 })?;
    Ok(if is_turned(matrix, movie.matrix) { frame.turned() } else { frame })
}

/// The first description of its samples.
fn description(source: &Source, media: &FoundBox) -> Result<Option<FoundBox>, Stop> {
    let Some(minf) = media.find(source, b"minf")? else { return Ok(None) };
    let Some(stbl) = minf.find(source, b"stbl")? else { return Ok(None) };
    let Some(stsd) = stbl.find(source, b"stsd")? else { return Ok(None) };
    stsd.boxes(source, 8).next()
}

/// How many times as wide as high a pixel is.
fn pixel_aspect(source: &Source, pasp: &FoundBox) -> Result<Option<f64>, Stop> {
    let (width, height) = (pasp.u32(source, 0)?, pasp.u32(source, 4)?);
    Ok((width > 0 && height > 0).then(|| f64::from(width) / f64::from(height)))
}

/// The pixels' aspect by the size that the track's header states, in 65,536ths of pixels; 1 where it states the size
/// that is shown, or the coded one in spite of what is cut off, or none.
fn stated_aspect([width, height]: [u32; 2], coded: Frame, shown: Frame) -> f64 {
    if width == 0 || height == 0 {
        return 1.0;
    }
    let stated = f64::from(width) / f64::from(height);
    let of = |frame: Frame| f64::from(frame.width) / f64::from(frame.height);
    // Written in whole pixels by some programs.
    let is_same = |aspect: f64| (stated / aspect - 1.0).abs() < 0.005;
    if is_same(of(shown)) || is_same(of(coded)) { 1.0 } else { stated / of(shown) }
}

/// The four numbers of a header's matrix that turn and mirror.
pub fn matrix(source: &Source, header: &FoundBox, at: u64) -> Result<[i32; 4], Stop> {
    let number = |index: u64| header.array(source, at + index * 4).map(i32::from_be_bytes);
    Ok([number(0)?, number(1)?, number(3)?, number(4)?])
}

/// Whether the two matrices together turn by a quarter, in either direction.
fn is_turned([a, b, c, d]: [i32; 4], [e, f, g, h]: [i32; 4]) -> bool {
    let product = |x: i32, y: i32, z: i32, w: i32| i64::from(x) * i64::from(y) + i64::from(z) * i64::from(w);
    let straight = product(a, e, b, g).unsigned_abs() + product(c, f, d, h).unsigned_abs();
    let across = product(a, f, b, h).unsigned_abs() + product(c, e, d, g).unsigned_abs();
    across > straight
}
