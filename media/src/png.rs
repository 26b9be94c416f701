//! PNG: the size is in the first chunk, the orientation, if any, in one that should come before the pixels.

use crate::exif;
use crate::source::{Source, Stop};
use crate::{Frame, Media};

/// More chunks than this before the pixels are not looked through for an orientation.
const MAX_CHUNKS: usize = 256;

pub fn read(source: &Source) -> Result<Media, Stop> {
    let mut at = 8;
    // What Xcode makes of a PNG begins with a chunk of its own.
    if source.get(at + 4, 4)? == b"CgBI" {
        at = next(source, at)?;
    }
    if source.get(at + 4, 4)? != b"IHDR" {
        return Err(Stop::Broken("It does not begin with the header that states its size."));
    }
    let frame = Frame::new(source.u32(at + 8)?, source.u32(at + 12)?)?;
    let orientation = source.if_cheap(orientation(source, at))?;
    Ok(Media::image(exif::oriented(frame, orientation)))
}

fn orientation(source: &Source, header: u64) -> Result<Option<u8>, Stop> {
    let mut at = header;
    for _ in 0..MAX_CHUNKS {
        at = next(source, at)?;
        match source.get(at + 4, 4)? {
            b"eXIf" => return exif::orientation(source, at + 8, next(source, at)?),
            b"IDAT" => return Ok(behind_pixels(source, at)),
            b"IEND" => return Ok(None),
            _ => {}
        }
    }
    Ok(None)
}

/// Some programs write the orientation behind the pixels. It is taken where it has been read already, and not searched
/// for: pixels come in thousands of chunks.
fn behind_pixels(source: &Source, mut at: u64) -> Option<u8> {
    loop {
        at = next(source, at).ok()?;
        match source.get(at + 4, 4).ok()? {
            b"eXIf" => return exif::orientation(source, at + 8, next(source, at).ok()?).ok()?,
            b"IEND" => return None,
            _ => {}
        }
    }
}

/// Where the next chunk begins: behind the length, the type, the content and the checksum of this one.
fn next(source: &Source, at: u64) -> Result<u64, Stop> {
    Ok(at + 12 + u64::from(source.u32(at)?))
}
