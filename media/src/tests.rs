//! The readers on real files, whole and damaged. What is expected of the whole ones was found by ffprobe and exiftool.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;

use crate::{Answer, Format, Frame, Kind, MAX_BYTES, MAX_PIECES, Outcome, Source, examine};

/// What a file is, and what it took to find out.
struct Reading {
    answer: Answer,
    bytes: u64,
}

/// Hands out the pieces of a file that are asked for.
fn read(file: &[u8], is_length_known: bool) -> Reading {
    let length = file.len() as u64;
    let mut source = Source::new(is_length_known.then_some(length));
    for _ in 0..=MAX_PIECES {
        match examine(&source) {
            Outcome::Answer(answer) => {
                let bytes = source.bytes_read();
                assert!(bytes <= MAX_BYTES, "{bytes} bytes read");
                return Reading { answer, bytes };
            }
            Outcome::Need { offset, length: wanted } => {
                assert!(wanted > 0 && wanted <= MAX_BYTES);
                let end = (offset + wanted).min(length);
                source.add(offset, file.get(offset as usize..end as usize).unwrap_or_default());
                if offset + wanted > length {
                    source.set_length(length);
                }
            }
        }
    }
    panic!("more than {MAX_PIECES} pieces were asked for");
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/media")
}

fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join("files").join(name)).expect(name)
}

/// The files, each with what the tools say of it.
fn truths() -> Vec<(String, Value)> {
    let text = fs::read_to_string(folder().join("truth.json")).expect("truth.json");
    let truths: serde_json::Map<String, Value> = serde_json::from_str(&text).expect("JSON");
    truths.into_iter().collect()
}

#[test]
fn every_file_is_what_the_tools_say() {
    for (name, truth) in truths() {
        for is_length_known in [true, false] {
            let Answer { format, kind, frame, duration, trouble, .. } =
                read(&file(&name), is_length_known).answer;
            assert_eq!(trouble, None, "{name}");
            assert_eq!(truth["kind"], kind.name(), "{name}");
            assert_eq!(truth["format"].as_str(), format.map(Format::name), "{name}");
            let side = |name| truth[name].as_u64().map(|side| side as u32);
            assert_eq!(frame.map(|frame| frame.width), side("width"), "{name}");
            assert_eq!(frame.map(|frame| frame.height), side("height"), "{name}");
            let expected = truth["duration"].as_f64();
            assert_eq!(duration.is_some(), expected.is_some(), "{name}: {duration:?}, {expected:?}");
            let difference = duration.zip(expected).map_or(0.0, |(ours, theirs)| (ours - theirs).abs());
            assert!(difference < 0.06, "{name}: {duration:?}, {expected:?}");
        }
    }
}

#[test]
fn a_film_between_much_else_is_read_by_skipping_it() {
    let film = file("index-last.mp4");
    let index = film.windows(4).rposition(|window| window == b"moov").expect("an index") - 4;
    // A box of 50 MB before the index.
    let mut long = film[..index].to_vec();
    long.extend(50_000_000_u32.to_be_bytes());
    long.extend(b"free");
    long.resize(index + 50_000_000, 0);
    long.extend(&film[index..]);
    let Reading { answer, bytes } = read(&long, true);
    assert_eq!(answer.frame, Some(Frame { width: 320, height: 180 }));
    assert!(bytes < 256 * 1024, "{bytes} bytes read");
}

#[test]
fn the_tracks_of_a_matroska_file_may_come_behind_its_pictures() {
    let tracks = element(
        &[0x16, 0x54, 0xAE, 0x6B],
        &element(
            &[0xAE],
            &[
                element(&[0x83], &[1]),
                element(&[0xE0], &[element(&[0xB0], &[3, 0]), element(&[0xBA], &[1, 0])].concat()),
            ]
            .concat(),
        ),
    );
    let cluster = element(&[0x1F, 0x43, 0xB6, 0x75], &vec![0; 500_000]);
    let list = |position: u32| {
        let fields = [
            element(&[0x53, 0xAB], &[0x16, 0x54, 0xAE, 0x6B]),
            element(&[0x53, 0xAC], &position.to_be_bytes()),
        ];
        element(&[0x11, 0x4D, 0x9B, 0x74], &element(&[0x4D, 0xBB], &fields.concat()))
    };
    let position = list(0).len() + 60 * cluster.len();
    let parts = [list(position as u32), cluster.repeat(60), tracks].concat();
    let header = element(&[0x1A, 0x45, 0xDF, 0xA3], &element(&[0x42, 0x82], b"matroska"));
    let film = [header, element(&[0x18, 0x53, 0x80, 0x67], &parts)].concat();
    let Reading { answer, bytes } = read(&film, true);
    assert_eq!((answer.format, answer.kind), (Some(Format::Mkv), Kind::Video));
    assert_eq!(answer.frame, Some(Frame { width: 768, height: 256 }));
    assert!(bytes < 256 * 1024, "{bytes} bytes read");
}

/// An EBML element, its size in eight bytes.
fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = (content.len() as u64 | 1 << 56).to_be_bytes();
    [id, &size, content].concat()
}

/// An MP4 box.
fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = (content.len() as u32 + 8).to_be_bytes();
    [&size[..], kind, content].concat()
}

#[test]
fn files_of_other_kinds_are_named() {
    let cases: [(&[u8], Kind, &str); 8] = [
        (b"<!DOCTYPE html><title>Not found", Kind::Other, "a web page"),
        (b"{\"error\": \"expired\"}", Kind::Other, "a text"),
        (b"%PDF-1.7 and more of it", Kind::Other, "a PDF document"),
        (b"<?xml version=\"1.0\"?><svg width=\"16\">", Kind::Image, "an SVG drawing"),
        (b"RIFF\x10\0\0\0AVI LIST\0\0\0\0", Kind::Video, "an AVI video"),
        (b"RIFF\x10\0\0\0WAVEfmt \0\0\0\0", Kind::Audio, "a sound recording"),
        (b"ID3\x04\0\0\0\0\0\0and the rest", Kind::Audio, "a sound recording"),
        (b"\x01\x02\x03", Kind::Other, "a file of an unknown kind"),
    ];
    for (bytes, kind, name) in cases {
        let answer = read(bytes, true).answer;
        assert_eq!((answer.kind, answer.name), (kind, name));
        assert!(answer.trouble.is_some(), "{name}");
    }
}

#[test]
fn files_without_end_are_given_up() {
    let ftyp = boxed(b"ftyp", b"isom\0\0\0\0");
    let free = boxed(b"free", b"");
    let empty_boxes = [ftyp.clone(), free.repeat(500_000)].concat();
    let far_apart = [ftyp.clone(), boxed(b"free", &[0; 100_000]).repeat(100)].concat();
    let jpeg =
        [b"\xFF\xD8\xFF\xE0\0\x02".to_vec(), b"\xFF\xE1\xFF\xFF".to_vec(), vec![0; 5_000_000]].concat();
    let pixels_of_jpeg = [b"\xFF\xD8".to_vec(), vec![0xFF; 5_000_000]].concat();
    for file in [empty_boxes, far_apart, jpeg, pixels_of_jpeg] {
        for is_length_known in [true, false] {
            let Reading { answer, .. } = read(&file, is_length_known);
            assert_eq!(answer.frame, None);
            assert!(answer.trouble.is_some());
        }
    }
}

#[test]
fn boxes_in_boxes_in_boxes_are_not_followed() {
    let mut nested = Vec::new();
    for _ in 0..5_000 {
        nested = boxed(b"moov", &nested[..nested.len().min(100_000)]);
    }
    let file = [boxed(b"ftyp", b"isom\0\0\0\0"), nested].concat();
    assert!(read(&file, true).answer.trouble.is_some());
}

#[test]
fn a_size_of_zero_is_none() {
    let answer = read(b"GIF89a\0\0\0\0 and colours", true).answer;
    assert_eq!(answer.frame, None);
    assert_eq!(answer.trouble, Some("It states a size of zero."));
}

/// Numbers that sizes and counts lie with.
const LIES: [u32; 9] = [0, 1, 7, 8, 16, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, u32::MAX];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_gives_an_answer(
        choice in any::<prop::sample::Index>(),
        bytes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        lies in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&LIES[..])), 0..4),
        near_the_beginning in any::<bool>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
        is_length_known in any::<bool>(),
    ) {
        let truths = truths();
        let (name, _) = choice.get(&truths);
        let mut damaged = file(name);
        let reach = if near_the_beginning { damaged.len().min(1_000) } else { damaged.len() };
        for (place, byte) in bytes {
            damaged[place.index(reach)] = byte;
        }
        for (place, lie) in lies {
            let at = place.index(reach).min(damaged.len() - 4);
            damaged[at..at + 4].copy_from_slice(&lie.to_be_bytes());
        }
        if let Some(cut) = cut {
            damaged.truncate(cut.index(damaged.len()) + 1);
        }
        // No panic, no more than the bounds allow: `read` sees to it.
        let Reading { answer, .. } = read(&damaged, is_length_known);
        if let Some(frame) = answer.frame {
            prop_assert!(frame.width > 0 && frame.height > 0);
        } else {
            prop_assert!(answer.trouble.is_some() || answer.kind == Kind::Audio);
        }
        prop_assert!(answer.duration.is_none_or(|seconds| seconds.is_finite() && seconds > 0.0));
    }

    #[test]
    fn bytes_at_random_behind_a_beginning_give_an_answer(
        beginning in prop::sample::select(vec![
            &b"\xFF\xD8\xFF\xE1"[..], b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8X",
            b"\0\0\0\x10ftypisom\0\0\0\0", b"\0\0\0\x10ftypavif\0\0\0\0\0\0\x40\0meta\0\0\0\0",
            b"\0\0\0\x10ftypisom\0\0\0\0\0\0\x40\0moov", b"\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\xFF",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let bytes = [beginning, &rest].concat();
        read(&bytes, true);
    }
}
