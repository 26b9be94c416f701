//! WebP: RIFF chunks, of which the first has the size, in one of three forms. Only the extended one can have an
//! orientation, which comes behind the pixels.

use crate::exif;
use crate::source::{Source, Stop};
use crate::{Frame, Media};

/// The bit of the extended header that says that there is Exif data.
const HAS_EXIF: u8 = 0x08;

/// A long animation has a chunk for each picture, and is not looked through to its end.
const MAX_CHUNKS: usize = 64;

pub fn read(source: &Source) -> Result<Media, Stop> {
    let body = 20;
    let u24_at = |at| source.array(at).map(|[a, b, c]: [u8; 3]| u32::from_le_bytes([a, b, c, 0]));
    match source.get(12, 4)? {
        b"VP8 " => {
            if source.get(body + 3, 3)? != [0x9D, 0x01, 0x2A] {
                return Err(Stop::Broken("Its first picture does not begin as one."));
            }
            // The upper two bits are a scale, which decoders ignore.
            let side = |at| source.array(at).map(|bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF));
            Ok(Media::image(Frame::new(side(body + 6)?, side(body + 8)?)?))
        }
        b"VP8L" => {
            let sides = source.array(body + 1).map(u32::from_le_bytes)?;
            Ok(Media::image(Frame::new((sides & 0x3FFF) + 1, (sides >> 14 & 0x3FFF) + 1)?))
        }
        b"VP8X" => {
            let frame = Frame::new(u24_at(body + 4)? + 1, u24_at(body + 7)? + 1)?;
            let has_exif = source.u8(body)? & HAS_EXIF != 0;
            let orientation = if has_exif { source.if_cheap(orientation(source))? } else { None };
            Ok(Media::image(exif::oriented(frame, orientation)))
        }
        _ => Err(Stop::Broken("It has no header that states its size.")),
    }
}

fn orientation(source: &Source) -> Result<Option<u8>, Stop> {
    let mut at = 12;
    for _ in 0..MAX_CHUNKS {
        let size = u64::from(source.array(at + 4).map(u32::from_le_bytes)?);
        if source.get(at, 4)? == b"EXIF" {
            let end = at + 8 + size;
            return exif::orientation(source, exif::after_name(source, at + 8, end)?, end);
        }
        // Chunks begin at even offsets.
        at += 8 + size + size % 2;
    }
    Ok(None)
}
