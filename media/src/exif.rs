//! The one thing of Exif data that counts here: how the image is turned.

use crate::Frame;
use crate::source::{Source, Stop};

const ORIENTATION: u16 = 0x0112;

/// No camera writes so many entries into one directory.
const MAX_ENTRIES: u16 = 512;

/// Where the TIFF data begins in a block that may have the name in front of it, as in JPEG.
pub fn after_name(source: &Source, start: u64, end: u64) -> Result<u64, Stop> {
    let named = end.saturating_sub(start) >= 6 && source.get(start, 6)? == b"Exif\0\0";
    Ok(if named { start + 6 } else { start })
}

/// The orientation, 1 to 8, that TIFF data states.
pub fn orientation(source: &Source, start: u64, end: u64) -> Result<Option<u8>, Stop> {
    let is_little = match source.get(start, 4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return Ok(None),
    };
    let u16_at = |at| source.array(at).map(if is_little { u16::from_le_bytes } else { u16::from_be_bytes });
    let u32_at = |at| source.array(at).map(if is_little { u32::from_le_bytes } else { u32::from_be_bytes });
    let directory = start + u64::from(u32_at(start + 4)?);
    // The preview image has a directory of its own, which is not looked into.
    for entry in 0..u64::from(u16_at(directory)?.min(MAX_ENTRIES)) {
        let at = directory + 2 + entry * 12;
        if at + 12 > end {
            return Ok(None);
        }
        if u16_at(at)? == ORIENTATION {
            let value = u16_at(at + 8)?;
            return Ok(u8::try_from(value).ok().filter(|value| (1..=8).contains(value)));
        }
    }
    Ok(None)
}

/// The frame as it is shown: orientations from 5 on are turned by a quarter.
pub fn oriented(frame: Frame, orientation: Option<u8>) -> Frame {
    if orientation.is_some_and(|orientation| orientation >= 5) { frame.turned() } else { frame }
}
