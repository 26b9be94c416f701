//! JPEG: segments one after another; the one with the size comes behind whatever the camera has to tell. A preview
//! inside of a segment is a JPEG too, and is skipped with it.

use crate::exif;
use crate::source::{Source, Stop};
use crate::{Frame, Media};

/// Decoders skip what stands between two segments, and a marker may have any number of fill bytes before it; but not so
/// many.
const MAX_STRAY: u64 = 64 * 1024;

const NO_SIZE: &str = "It has no header that states its size.";

pub fn read(source: &Source) -> Result<Media, Stop> {
    let mut at = 2;
    let mut stray = 0;
    let mut orientation = None;
    loop {
        let [first, marker] = source.array(at)?;
        if first != 0xFF || marker == 0xFF {
            (at, stray) = (at + 1, stray + 1);
            if stray > MAX_STRAY {
                return Err(Stop::Broken(NO_SIZE));
            }
            continue;
        }
        let body = at + 4;
        match marker {
            // Without a segment.
            0x00 | 0x01 | 0xD0..=0xD8 => {
                at += 2;
                continue;
            }
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let frame = Frame::new(source.u16(body + 3)?.into(), source.u16(body + 1)?.into())?;
                return Ok(Media::image(exif::oriented(frame, orientation)));
            }
            0xD9 | 0xDA => return Err(Stop::Broken(NO_SIZE)),
            _ => {}
        }
        let end = at + 2 + u64::from(source.u16(at + 2)?).max(2);
        if marker == 0xE1 && orientation.is_none() && end >= body + 8 {
            let tiff = exif::after_name(source, body, end)?;
            if tiff > body {
                orientation = source.if_cheap(exif::orientation(source, tiff, end))?;
            }
        }
        at = end;
    }
}
