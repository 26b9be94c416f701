//! Boxes, of which MP4, QuickTime and HEIF files are made: each states its size and its kind, and many hold further
//! boxes. They are walked along known paths, so that no nesting is followed deeper than it has to be.

use crate::source::{Source, Stop};

/// One box.
#[derive(Clone, Copy, Debug)]
pub struct FoundBox {
    pub kind: [u8; 4],
    /// Where its content begins.
    pub body: u64,
    /// Where it ends, which is not behind the end of the box that it is in.
    pub end: u64,
    /// Whether it states an end behind that of the box or file that it is in.
    pub is_cut: bool,
}

impl FoundBox {
    /// The boxes in it, behind so many bytes of its content.
    pub fn boxes<'a>(&self, source: &'a Source, behind: u64) -> Boxes<'a> {
        Boxes { source, at: self.body.saturating_add(behind), end: self.end }
    }

    /// The first box of a kind in it.
    pub fn find(&self, source: &Source, kind: &[u8; 4]) -> Result<Option<FoundBox>, Stop> {
        self.boxes(source, 0).find(kind)
    }

    /// Bytes of its content.
    pub fn array<const N: usize>(&self, source: &Source, at: u64) -> Result<[u8; N], Stop> {
        if self.body + at + N as u64 > self.end {
            return Err(Stop::Broken("A part of its index is too short."));
        }
        source.array(self.body + at)
    }

    pub fn u8(&self, source: &Source, at: u64) -> Result<u8, Stop> {
        self.array(source, at).map(u8::from_be_bytes)
    }

    pub fn u16(&self, source: &Source, at: u64) -> Result<u16, Stop> {
        self.array(source, at).map(u16::from_be_bytes)
    }

    pub fn u32(&self, source: &Source, at: u64) -> Result<u32, Stop> {
        self.array(source, at).map(u32::from_be_bytes)
    }

    pub fn u64(&self, source: &Source, at: u64) -> Result<u64, Stop> {
        self.array(source, at).map(u64::from_be_bytes)
    }

    /// A number of four bytes in the first version of a box and of eight in the next, at an offset in each.
    pub fn u32_or_u64(&self, source: &Source, at: u64, at_in_next: u64) -> Result<u64, Stop> {
        if self.u8(source, 0)? == 0 {
            self.u32(source, at).map(u64::from)
        } else {
            self.u64(source, at_in_next)
        }
    }

    /// A duration: [`FoundBox::u32_or_u64`], with all bits set where it is not known.
    pub fn duration(&self, source: &Source, at: u64, at_in_next: u64) -> Result<Option<u64>, Stop> {
        let units = self.u32_or_u64(source, at, at_in_next)?;
        let unknown = if self.u8(source, 0)? == 0 { u32::MAX.into() } else { u64::MAX };
        Ok((units != unknown && units > 0).then_some(units))
    }
}

/// Boxes one behind the other.
pub struct Boxes<'a> {
    source: &'a Source,
    at: u64,
    end: u64,
}

impl<'a> Boxes<'a> {
    /// Those of the file itself, from an offset on.
    pub fn of_file(source: &'a Source, from: u64) -> Self {
        Self { source, at: from, end: source.end() }
    }

    pub fn next(&mut self) -> Result<Option<FoundBox>, Stop> {
        let Self { source, at: start, end: outer } = *self;
        // What is too short for a box is padding.
        if outer.saturating_sub(start) < 8 {
            return Ok(None);
        }
        // Both at once: where they are missing, one piece has both.
        source.get(start, 8)?;
        let kind = source.array(start + 4)?;
        let (body, end) = match source.u32(start)? {
            // To the end of what it is in.
            0 => (start + 8, outer),
            1 => (start + 16, start.saturating_add(source.u64(start + 8)?)),
            size => (start + 8, start.saturating_add(size.into())),
        };
        if end < body {
            return Err(Stop::Broken("A part of it has an impossible size."));
        }
        self.at = end.min(outer);
        Ok(Some(FoundBox { kind, body, end: self.at, is_cut: end > outer }))
    }

    pub fn find(mut self, kind: &[u8; 4]) -> Result<Option<FoundBox>, Stop> {
        while let Some(found) = self.next()? {
            if found.kind == *kind {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
