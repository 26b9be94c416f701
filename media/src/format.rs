//! What a file is, by its first bytes.

use crate::source::{Source, Stop};

/// The formats that are read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Avif,
    Heic,
    Mp4,
    Mov,
    Webm,
    Mkv,
}

impl Format {
    /// As it is called in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Avif => "avif",
            Self::Heic => "heic",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Webm => "webm",
            Self::Mkv => "mkv",
        }
    }
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Kind {
    Video,
    Image,
    Audio,
    /// Neither, or nothing that is known.
    Other,
}

impl Kind {
    /// As it is called in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Other => "other",
        }
    }
}

/// What the first bytes say.
#[derive(Debug)]
pub struct Sniffed {
    pub format: Option<Format>,
    pub kind: Kind,
    pub name: &'static str,
    /// Why nothing more is read.
    pub trouble: Option<&'static str>,
}

impl Sniffed {
    pub const UNKNOWN: Self = Self {
        format: None,
        kind: Kind::Other,
        name: "a file of an unknown kind",
        trouble: Some("Its kind is not known."),
    };

    const fn read(format: Format, kind: Kind, name: &'static str) -> Self {
        Self { format: Some(format), kind, name, trouble: None }
    }

    const fn other(kind: Kind, name: &'static str) -> Self {
        Self { format: None, kind, name, trouble: Some("Files of its kind are not read here.") }
    }
}

/// How much of a text is looked at for what it is.
const TEXT: usize = 512;

pub fn sniff(source: &Source) -> Result<Sniffed, Stop> {
    // Shorter files are none of the formats; neither does it have to be a file of 16 bytes to be told.
    let wanted = source.end().min(16) as usize;
    let start = source.get(0, wanted)?;
    let head = source.head();
    Ok(match start {
        [0xFF, 0xD8, 0xFF, ..] => Sniffed::read(Format::Jpeg, Kind::Image, "a JPEG image"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => {
            Sniffed::read(Format::Png, Kind::Image, "a PNG image")
        }
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => {
            Sniffed::read(Format::Gif, Kind::Image, "a GIF image")
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, rest @ ..] => match rest {
            [b'W', b'E', b'B', b'P', ..] => Sniffed::read(Format::Webp, Kind::Image, "a WebP image"),
            [b'A', b'V', b'I', b' ', ..] => Sniffed::other(Kind::Video, "an AVI video"),
            [b'W', b'A', b'V', b'E', ..] => Sniffed::other(Kind::Audio, "a sound recording"),
            _ => Sniffed::UNKNOWN,
        },
        [0x1A, 0x45, 0xDF, 0xA3, ..] if is_webm(head) => {
            Sniffed::read(Format::Webm, Kind::Video, "a WebM video")
        }
        [0x1A, 0x45, 0xDF, 0xA3, ..] => Sniffed::read(Format::Mkv, Kind::Video, "a Matroska video"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => by_brands(head),
        [_, _, _, _, b'J', b'X', b'L', b' ', ..] | [0xFF, 0x0A, ..] => {
            Sniffed::other(Kind::Image, "a JPEG XL image")
        }
        // QuickTime's first files have no `ftyp`, and a part of a stream has none either.
        [_, _, _, _, kind @ .., _, _, _, _, _, _, _, _] if is_box(kind) => {
            Sniffed::read(Format::Mov, Kind::Video, "a QuickTime video")
        }
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Sniffed::other(Kind::Image, "a TIFF image"),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Sniffed::other(Kind::Image, "a BMP image"),
        [b'8', b'B', b'P', b'S', ..] => Sniffed::other(Kind::Image, "a Photoshop file"),
        [b'O', b'g', b'g', b'S', ..] => Sniffed::other(Kind::Video, "an Ogg file"),
        [b'F', b'L', b'V', 1, ..] => Sniffed::other(Kind::Video, "a Flash video"),
        [0x30, 0x26, 0xB2, 0x75, ..] => Sniffed::other(Kind::Video, "a Windows Media file"),
        [0, 0, 1, 0xBA | 0xB3, ..] => Sniffed::other(Kind::Video, "an MPEG video"),
        [0x47, ..] if head.get(188) == Some(&0x47) => Sniffed::other(Kind::Video, "an MPEG video"),
        [b'I', b'D', b'3', ..]
        | [b'f', b'L', b'a', b'C', ..]
        | [0xFF, 0xF1 | 0xF9 | 0xFA | 0xFB | 0xF3, ..] => Sniffed::other(Kind::Audio, "a sound recording"),
        [b'%', b'P', b'D', b'F', ..] => Sniffed::other(Kind::Other, "a PDF document"),
        [b'P', b'K', 3, 4, ..] => Sniffed::other(Kind::Other, "a ZIP archive"),
        _ => by_text(head.get(..TEXT).unwrap_or(head)),
    })
}

/// What a file of the MP4 family is, by the brands that it says it conforms to.
fn by_brands(head: &[u8]) -> Sniffed {
    let size = head.iter().take(4).fold(0, |size, byte| size << 8 | usize::from(*byte));
    let body = head.get(8..size.min(head.len())).unwrap_or_default();
    let mut brands = body.chunks_exact(4);
    let major = brands.next().unwrap_or_default();
    // The second four bytes are a version.
    let has = |wanted: &[&[u8]]| body.chunks_exact(4).skip(2).any(|brand| wanted.contains(&brand));
    let avif = Sniffed::read(Format::Avif, Kind::Image, "an AVIF image");
    let heic = Sniffed::read(Format::Heic, Kind::Image, "a HEIC image");
    match major {
        b"avif" | b"avis" => avif,
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => heic,
        b"mif1" | b"mif2" | b"miaf" | b"msf1" if has(&[b"avif", b"avis"]) => avif,
        b"mif1" | b"mif2" | b"miaf" | b"msf1" => heic,
        b"qt  " => Sniffed::read(Format::Mov, Kind::Video, "a QuickTime video"),
        b"crx " => Sniffed::other(Kind::Image, "a camera's raw image"),
        _ => Sniffed::read(Format::Mp4, Kind::Video, "an MP4 video"),
    }
}

/// Whether QuickTime files begin with boxes of this kind.
fn is_box(kind: &[u8]) -> bool {
    matches!(kind, b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot" | b"styp" | b"sidx" | b"moof")
}

/// Whether the head of a Matroska file says that it is the kind for the web. Its type is among the first few elements.
fn is_webm(head: &[u8]) -> bool {
    // The element's id, a size of 4, the value.
    head.get(..128).unwrap_or(head).windows(7).any(|window| window == b"\x42\x82\x84webm")
}

fn by_text(start: &[u8]) -> Sniffed {
    let text = start.trim_ascii_start();
    let begins =
        |prefix: &[u8]| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let has = |wanted: &[u8]| text.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted));
    if begins(b"<!doctype html") || begins(b"<html") || begins(b"<head") {
        Sniffed::other(Kind::Other, "a web page")
    } else if begins(b"<") && has(b"<svg") {
        Sniffed::other(Kind::Image, "an SVG drawing")
    } else if begins(b"<") {
        Sniffed::other(Kind::Other, "an XML or HTML document")
    } else if !text.is_empty() && text.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..)) {
        Sniffed::other(Kind::Other, "a text")
    } else {
        Sniffed::UNKNOWN
    }
}
