//! How long a fragmented film is: said by its header (`mehd`), by an index of its fragments (`sidx`), or by its last
//! fragment, which an index at the end of the file (`mfra`) leads to.

use crate::boxes::{Boxes, FoundBox};
use crate::movie::{Movie, seconds};
use crate::source::{Source, Stop};
use crate::track::Track;

/// No film has so many fragments in one index, nor one fragment so many pictures.
const MAX_ENTRIES: u64 = 65_536;

/// What may be behind the last fragment that an index knows.
const TAIL: u64 = 64 * 1024;

pub fn duration(
    source: &Source,
    moov: &FoundBox,
    mvex: &FoundBox,
    movie: &Movie,
    video: &Track,
) -> Result<Option<f64>, Stop> {
    if let Some(mehd) = mvex.find(source, b"mehd")? {
        let stated = mehd.duration(source, 4, 4)?.and_then(|units| seconds(units, movie.timescale));
        if stated.is_some() {
            return Ok(stated);
        }
    }
    let from = match last_listed(source, video)? {
        Some(fragment) => fragment,
        None => match indexed(source, moov.end)? {
            Some(stated) => return Ok(Some(stated)),
            None => moov.end,
        },
    };
    let length = default_length(source, mvex, video)?;
    let mut boxes = Boxes::of_file(source, from);
    let mut end = 0;
    while let Some(found) = boxes.next()? {
        if found.kind == *b"moof" {
            end = end.max(end_of(source, &found, video, length)?);
        }
    }
    Ok(seconds(end, video.timescale))
}

/// The sum of an index that covers all of the file.
fn indexed(source: &Source, from: u64) -> Result<Option<f64>, Stop> {
    let Some(length) = source.length() else { return Ok(None) };
    let mut boxes = Boxes::of_file(source, from);
    while let Some(found) = boxes.next()? {
        match &found.kind {
            b"sidx" => return covered(source, &found, length),
            b"moof" => break,
            _ => {}
        }
    }
    Ok(None)
}

fn covered(source: &Source, sidx: &FoundBox, length: u64) -> Result<Option<f64>, Stop> {
    let is_first = sidx.u8(source, 0)? == 0;
    let timescale = sidx.u32(source, 8)?;
    let distance = sidx.u32_or_u64(source, 16, 20)?;
    let entries = if is_first { 20 } else { 28 };
    let count = u64::from(sidx.u16(source, entries + 2)?);
    let (mut bytes, mut units) = (sidx.end.saturating_add(distance), 0);
    for entry in 0..count {
        let at = entries + 4 + entry * 12;
        // The upper bit says what is referred to.
        bytes += u64::from(sidx.u32(source, at)? & 0x7FFF_FFFF);
        units += u64::from(sidx.u32(source, at + 4)?);
    }
    Ok(if bytes.saturating_add(TAIL) >= length { seconds(units, timescale) } else { None })
}

/// Where the last fragment is that the index at the file's end lists.
fn last_listed(source: &Source, video: &Track) -> Result<Option<u64>, Stop> {
    // The file ends in a box of 16 bytes with the size of the index.
    let Some(end) = source.length().and_then(|length| length.checked_sub(16)) else { return Ok(None) };
    if source.get(end + 4, 4)? != b"mfro" {
        return Ok(None);
    }
    let Some(start) = (end + 16).checked_sub(source.u32(end + 12)?.into()) else { return Ok(None) };
    let Some(mfra) = Boxes::of_file(source, start).find(b"mfra")? else { return Ok(None) };
    let mut boxes = mfra.boxes(source, 0);
    while let Some(found) = boxes.next()? {
        if found.kind == *b"tfra" && found.u32(source, 4)? == video.id {
            return last_in(source, &found);
        }
    }
    Ok(None)
}

fn last_in(source: &Source, tfra: &FoundBox) -> Result<Option<u64>, Stop> {
    let times = if tfra.u8(source, 0)? == 0 { 4 } else { 8 };
    // Three numbers of one to four bytes each, whose lengths are in two bits each.
    let lengths = tfra.u32(source, 8)?;
    let numbers: u64 = [0, 2, 4].map(|shift| u64::from(lengths >> shift & 3) + 1).iter().sum();
    let Some(before) = u64::from(tfra.u32(source, 12)?).checked_sub(1) else { return Ok(None) };
    let at = 16 + before * (times * 2 + numbers) + times;
    tfra.u32_or_u64(source, at, at).map(Some)
}

/// How long a picture is where its fragment does not say.
fn default_length(source: &Source, mvex: &FoundBox, video: &Track) -> Result<u32, Stop> {
    let mut boxes = mvex.boxes(source, 0);
    while let Some(found) = boxes.next()? {
        if found.kind == *b"trex" && found.u32(source, 4)? == video.id {
            return found.u32(source, 12);
        }
    }
    Ok(0)
}

/// When a fragment's last picture ends, in units of its track; 0 where it has none of it.
fn end_of(source: &Source, moof: &FoundBox, video: &Track, mut length: u32) -> Result<u64, Stop> {
    let mut trafs = moof.boxes(source, 0);
    while let Some(traf) = trafs.next()? {
        if traf.kind != *b"traf" {
            continue;
        }
        let Some(tfhd) = traf.find(source, b"tfhd")? else { continue };
        if tfhd.u32(source, 4)? != video.id {
            continue;
        }
        let flags = tfhd.u32(source, 0)?;
        if flags & 0x8 != 0 {
            let before = [(0x1, 8), (0x2, 4)].iter().filter(|(flag, _)| flags & flag != 0);
            length = tfhd.u32(source, 8 + before.map(|(_, size)| size).sum::<u64>())?;
        }
        let mut end = match traf.find(source, b"tfdt")? {
            Some(tfdt) => tfdt.u32_or_u64(source, 4, 4)?,
            None => 0,
        };
        let mut runs = traf.boxes(source, 0);
        while let Some(run) = runs.next()? {
            if run.kind == *b"trun" {
                end = end.saturating_add(length_of(source, &run, length)?);
            }
        }
        return Ok(end);
    }
    Ok(0)
}

/// How long the pictures of a run are together.
fn length_of(source: &Source, trun: &FoundBox, default: u32) -> Result<u64, Stop> {
    let flags = trun.u32(source, 0)?;
    let count = u64::from(trun.u32(source, 4)?);
    let size_of = |wanted: &[u32]| wanted.iter().filter(|flag| flags & **flag != 0).count() as u64 * 4;
    if flags & 0x100 == 0 {
        return Ok(count * u64::from(default));
    }
    let first = 8 + size_of(&[0x1, 0x4]);
    let size = size_of(&[0x100, 0x200, 0x400, 0x800]);
    let mut length = 0;
    for sample in 0..count.min(MAX_ENTRIES) {
        length += u64::from(trun.u32(source, first + sample * size)?);
    }
    Ok(length)
}
