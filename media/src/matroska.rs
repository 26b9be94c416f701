//! WebM and Matroska: a segment holds the duration (`Info`) and the tracks (`Tracks`), as a rule before the pictures
//! (`Cluster`); where they come later, a list at the beginning (`SeekHead`) says where.

use crate::ebml::{Element, Elements};
use crate::source::{Source, Stop};
use crate::{Frame, Kind, Media};

const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114D_9B74;
const SEEK: u32 = 0x4DBB;
const SEEK_ID: u32 = 0x53AB;
const SEEK_POSITION: u32 = 0x53AC;
const INFO: u32 = 0x1549_A966;
const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK_ENTRY: u32 = 0xAE;
const TRACK_TYPE: u32 = 0x83;
const FLAG_ENABLED: u32 = 0xB9;
const VIDEO: u32 = 0xE0;
const PIXEL_WIDTH: u32 = 0xB0;
const PIXEL_HEIGHT: u32 = 0xBA;
const PIXEL_CROP_BOTTOM: u32 = 0x54AA;
const PIXEL_CROP_TOP: u32 = 0x54BB;
const PIXEL_CROP_LEFT: u32 = 0x54CC;
const PIXEL_CROP_RIGHT: u32 = 0x54DD;
const DISPLAY_WIDTH: u32 = 0x54B0;
const DISPLAY_HEIGHT: u32 = 0x54BA;
const DISPLAY_UNIT: u32 = 0x54B2;
const PROJECTION: u32 = 0x7670;
const PROJECTION_ROLL: u32 = 0x7675;
const CLUSTER: u32 = 0x1F43_B675;

/// Nanoseconds in a unit of time, where the file does not say.
const DEFAULT_SCALE: f64 = 1_000_000.0;

/// What is known of a segment.
#[derive(Default)]
struct Segment {
    duration: Option<f64>,
    tracks: Option<Tracks>,
    /// Where the two are, by the list at the beginning.
    info_at: Option<u64>,
    tracks_at: Option<u64>,
}

/// The size of the first track with pictures, and whether there are other tracks.
#[derive(Clone, Copy, Default)]
struct Tracks {
    video: Option<Frame>,
    has_others: bool,
}

pub fn read(source: &Source) -> Result<Media, Stop> {
    let mut elements = Elements::of_file(source);
    let segment = loop {
        match elements.next()? {
            Some(element) if element.id == SEGMENT => break element,
            Some(_) => {}
            None => return Err(Stop::Broken("It breaks off before its first part.")),
        }
    };
    let mut known = Segment::default();
    let mut parts = segment.elements(source);
    while known.tracks.is_none() || known.duration.is_none() {
        let Some(part) = parts.next()? else { break };
        if part.id == CLUSTER {
            // Pictures come in thousands of parts; the list leads past them.
            let tracks_at = known.tracks_at.take().filter(|_| known.tracks.is_none());
            let info_at = known.info_at.take().filter(|_| known.duration.is_none());
            for at in [tracks_at, info_at].into_iter().flatten() {
                let mut later = segment.elements(source);
                later.at = at.max(segment.body);
                if let Some(part) = later.next()? {
                    known.read(source, &part, segment.body)?;
                }
            }
            if known.tracks.is_some() || part.is_open {
                break;
            }
        } else {
            known.read(source, &part, segment.body)?;
        }
    }
    let tracks = known.tracks.ok_or(Stop::Broken("It breaks off: the list of its tracks is missing."))?;
    let kind = match tracks {
        Tracks { video: Some(_), .. } => Kind::Video,
        Tracks { has_others: true, .. } => Kind::Audio,
        Tracks { .. } => return Err(Stop::Broken("It holds neither pictures nor sound.")),
    };
    Ok(Media { kind, frame: tracks.video, duration: known.duration })
}

impl Segment {
    fn read(&mut self, source: &Source, part: &Element, segment: u64) -> Result<(), Stop> {
        match part.id {
            SEEK_HEAD => self.read_list(source, part, segment)?,
            INFO => self.duration = duration(source, part)?,
            TRACKS => self.tracks = Some(tracks(source, part)?),
            _ => {}
        }
        Ok(())
    }

    fn read_list(&mut self, source: &Source, list: &Element, segment: u64) -> Result<(), Stop> {
        let mut seeks = list.elements(source);
        while let Some(seek) = seeks.next()? {
            if seek.id != SEEK {
                continue;
            }
            let (mut id, mut position) = (0, None);
            let mut fields = seek.elements(source);
            while let Some(field) = fields.next()? {
                match field.id {
                    SEEK_ID => id = field.unsigned(source)?,
                    SEEK_POSITION => position = segment.checked_add(field.unsigned(source)?),
                    _ => {}
                }
            }
            match u32::try_from(id) {
                Ok(INFO) => self.info_at = position,
                Ok(TRACKS) => self.tracks_at = position,
                _ => {}
            }
        }
        Ok(())
    }
}

/// In seconds; a recorder that writes as it goes leaves it out.
fn duration(source: &Source, info: &Element) -> Result<Option<f64>, Stop> {
    let (mut units, mut scale) = (0.0, DEFAULT_SCALE);
    let mut fields = info.elements(source);
    while let Some(field) = fields.next()? {
        match field.id {
            DURATION => units = field.float(source)?,
            TIMESTAMP_SCALE => scale = field.unsigned(source)? as f64,
            _ => {}
        }
    }
    let seconds = units * scale / 1e9;
    Ok((seconds.is_finite() && seconds > 0.0).then_some(seconds))
}

fn tracks(source: &Source, list: &Element) -> Result<Tracks, Stop> {
    let mut tracks = Tracks::default();
    let mut entries = list.elements(source);
    while let Some(entry) = entries.next()? {
        if entry.id != TRACK_ENTRY {
            continue;
        }
        let (mut kind, mut is_enabled, mut video) = (0, true, None);
        let mut fields = entry.elements(source);
        while let Some(field) = fields.next()? {
            match field.id {
                TRACK_TYPE => kind = field.unsigned(source)?,
                FLAG_ENABLED => is_enabled = field.unsigned(source)? != 0,
                VIDEO => video = Some(field),
                _ => {}
            }
        }
        match video {
            // A type of 1 means pictures.
            Some(video) if kind == 1 && is_enabled && tracks.video.is_none() => {
                tracks.video = Some(frame(source, &video)?);
            }
            _ => tracks.has_others = true,
        }
    }
    Ok(tracks)
}

/// The size at which a track is shown.
fn frame(source: &Source, video: &Element) -> Result<Frame, Stop> {
    let (mut width, mut height, mut cut_across, mut cut_down) = (0, 0, 0, 0);
    let (mut shown_width, mut shown_height, mut unit, mut roll) = (None, None, 0, 0.0);
    let mut fields = video.elements(source);
    while let Some(field) = fields.next()? {
        let side = || field.unsigned(source).map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        match field.id {
            PIXEL_WIDTH => width = side()?,
            PIXEL_HEIGHT => height = side()?,
            PIXEL_CROP_LEFT | PIXEL_CROP_RIGHT => cut_across = side()?.saturating_add(cut_across),
            PIXEL_CROP_TOP | PIXEL_CROP_BOTTOM => cut_down = side()?.saturating_add(cut_down),
            DISPLAY_WIDTH => shown_width = Some(side()?),
            DISPLAY_HEIGHT => shown_height = Some(side()?),
            DISPLAY_UNIT => unit = side()?,
            PROJECTION => roll = projection_roll(source, &field)?,
            _ => {}
        }
    }
    let coded = Frame::new(width.saturating_sub(cut_across), height.saturating_sub(cut_down))?;
    let frame = match (shown_width.unwrap_or(coded.width), shown_height.unwrap_or(coded.height)) {
        (0, _) | (_, 0) => coded,
        // Pixels.
        (width, height) if unit == 0 => Frame::new(width, height)?,
        // Centimetres, inches or parts of an aspect.
        (width, height) if unit < 4 => {
            let of_pixels = f64::from(coded.width) / f64::from(coded.height);
            coded.stretched(f64::from(width) / f64::from(height) / of_pixels)?
        }
        _ => coded,
    };
    let is_turned = (45.0..135.0).contains(&(roll.abs() % 180.0));
    Ok(if is_turned { frame.turned() } else { frame })
}

/// In degrees.
fn projection_roll(source: &Source, projection: &Element) -> Result<f64, Stop> {
    let mut fields = projection.elements(source);
    while let Some(field) = fields.next()? {
        if field.id == PROJECTION_ROLL {
            return field.float(source);
        }
    }
    Ok(0.0)
}
