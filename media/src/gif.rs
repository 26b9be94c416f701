//! GIF: the size of the canvas is at the beginning.

use crate::source::{Source, Stop};
use crate::{Frame, Media};

pub fn read(source: &Source) -> Result<Media, Stop> {
    let side = |at| source.array(at).map(u16::from_le_bytes).map(u32::from);
    Ok(Media::image(Frame::new(side(6)?, side(8)?)?))
}
