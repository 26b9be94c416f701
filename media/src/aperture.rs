//! The `clap` box of videos and images: the part of the picture that is shown.

use crate::Frame;
use crate::boxes::FoundBox;
use crate::source::{Source, Stop};

/// The frame without what is cut off. A size that is none, or larger than the picture, is ignored, as players do.
pub fn cropped(source: &Source, clap: &FoundBox, frame: Frame) -> Result<Frame, Stop> {
    let side = |at, whole: u32| {
        let (numerator, denominator) = (clap.u32(source, at)?, clap.u32(source, at + 4)?);
        let side = (f64::from(numerator) / f64::from(denominator)).round();
        let fits = side >= 1.0 && side <= f64::from(whole);
        Ok(if fits { side as u32 } else { whole })
    };
    Frame::new(side(0, frame.width)?, side(8, frame.height)?)
}
