//! HEIC and AVIF: a `meta` box names the primary image, whose properties say its size, what is cut off, and how it is
//! turned. Previews and the tiles of a grid have properties of their own, which do not count.

use crate::boxes::{Boxes, FoundBox};
use crate::source::{Source, Stop};
use crate::{Frame, Media, aperture};

/// No image has so many properties.
const MAX_PROPERTIES: usize = 64;

pub fn read(source: &Source) -> Result<Media, Stop> {
    const NO_SIZE: Stop = Stop::Broken("It does not state the size of its main image.");
    let meta = Boxes::of_file(source, 0).find(b"meta")?.ok_or(Stop::Broken("Its index is missing."))?;
    let find = |kind| meta.boxes(source, 4).find(kind);
    let pitm = find(b"pitm")?.ok_or(Stop::Broken("It does not say which image in it is the main one."))?;
    let primary = if pitm.u8(source, 0)? == 0 { pitm.u16(source, 4)?.into() } else { pitm.u32(source, 4)? };
    let iprp = find(b"iprp")?.ok_or(NO_SIZE)?;
    let ipco = iprp.find(source, b"ipco")?.ok_or(NO_SIZE)?;

    let mut frame = None;
    for index in properties_of(source, &iprp, primary)? {
        let Some(property) = nth(source, &ipco, index)? else { continue };
        frame = match (&property.kind, frame) {
            (b"ispe", None) => Some(Frame::new(property.u32(source, 4)?, property.u32(source, 8)?)?),
            (b"clap", Some(frame)) => Some(aperture::cropped(source, &property, frame)?),
            // In quarters; mirroring (`imir`) leaves the size as it is.
            (b"irot", Some(frame)) if property.u8(source, 0)? & 1 == 1 => Some(frame.turned()),
            (_, frame) => frame,
        };
    }
    frame.map(Media::image).ok_or(NO_SIZE)
}

/// The properties of an image, in the order in which they apply, each by its place, counted from 1.
fn properties_of(source: &Source, iprp: &FoundBox, image: u32) -> Result<Vec<u16>, Stop> {
    let mut properties = Vec::new();
    let mut boxes = iprp.boxes(source, 0);
    while let Some(ipma) = boxes.next()? {
        if ipma.kind != *b"ipma" {
            continue;
        }
        let is_first = ipma.u8(source, 0)? == 0;
        let is_long = ipma.u8(source, 3)? & 1 != 0;
        let mut at = 8;
        for _ in 0..ipma.u32(source, 4)? {
            let id = if is_first { ipma.u16(source, at)?.into() } else { ipma.u32(source, at)? };
            at += if is_first { 2 } else { 4 };
            let count = ipma.u8(source, at)?;
            at += 1;
            for _ in 0..count {
                // The upper bit says whether a reader has to know it.
                let (index, size) = match is_long {
                    true => (ipma.u16(source, at)? & 0x7FFF, 2),
                    false => (u16::from(ipma.u8(source, at)? & 0x7F), 1),
                };
                at += size;
                if id == image && properties.len() < MAX_PROPERTIES {
                    properties.push(index);
                }
            }
        }
    }
    Ok(properties)
}

fn nth(source: &Source, ipco: &FoundBox, index: u16) -> Result<Option<FoundBox>, Stop> {
    let mut boxes = ipco.boxes(source, 0);
    let mut found = None;
    for _ in 0..index {
        found = boxes.next()?;
        if found.is_none() {
            break;
        }
    }
    Ok(found)
}
