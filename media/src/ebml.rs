//! EBML, of which Matroska and WebM files are made: elements that state an id and a size and may hold further ones. A
//! recorder that writes as it goes leaves the size open.

use crate::source::{Source, Stop};

/// One element.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    pub id: u32,
    /// Where its content begins.
    pub body: u64,
    /// Where it ends, which is not behind the end of the element that it is in.
    pub end: u64,
    /// Whether its size is left open.
    pub is_open: bool,
}

impl Element {
    pub fn elements<'a>(&self, source: &'a Source) -> Elements<'a> {
        Elements { source, at: self.body, end: self.end }
    }

    /// Its content as a number.
    pub fn unsigned(&self, source: &Source) -> Result<u64, Stop> {
        Ok(self.bytes(source)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Its content as a number with a fraction.
    pub fn float(&self, source: &Source) -> Result<f64, Stop> {
        let bits = self.unsigned(source)?;
        Ok(match self.end - self.body {
            4 => f32::from_bits(bits as u32).into(),
            8 => f64::from_bits(bits),
            _ => 0.0,
        })
    }

    fn bytes<'a>(&self, source: &'a Source) -> Result<&'a [u8], Stop> {
        match self.end - self.body {
            length @ 0..=8 => source.get(self.body, length as usize),
            _ => Err(Stop::Broken("A number in it is too long.")),
        }
    }
}

/// Elements one behind the other.
pub struct Elements<'a> {
    source: &'a Source,
    pub at: u64,
    end: u64,
}

impl<'a> Elements<'a> {
    /// Those of the file itself.
    pub fn of_file(source: &'a Source) -> Self {
        Self { source, at: 0, end: source.end() }
    }

    pub fn next(&mut self) -> Result<Option<Element>, Stop> {
        if self.at >= self.end {
            return Ok(None);
        }
        let (id, behind_id) = self.number(self.at, 4, false)?;
        let (size, body) = self.number(behind_id, 8, true)?;
        // All bits set, seven of each byte: not known when it was written.
        let is_open = u64::from(size.count_ones()) == 7 * (body - behind_id);
        let end = if is_open { self.end } else { body.saturating_add(size).min(self.end) };
        self.at = end.max(body);
        Ok(Some(Element { id: id as u32, body, end: end.max(body), is_open }))
    }

    /// A number whose first byte says, by its leading zeros, how many bytes it has; with or without that mark.
    fn number(&self, at: u64, longest: u32, is_unmarked: bool) -> Result<(u64, u64), Stop> {
        let first = self.source.u8(at)?;
        let more = first.leading_zeros();
        if more >= longest {
            return Err(Stop::Broken("A part of it has an impossible size."));
        }
        let start = if is_unmarked { u64::from(first) & (0x7F >> more) } else { first.into() };
        let rest = self.source.get(at + 1, more as usize)?;
        let number = rest.iter().fold(start, |number, byte| number << 8 | u64::from(*byte));
        Ok((number, at + 1 + u64::from(more)))
    }
}
