//! What has been read of a file so far: pieces from anywhere in it, and its length once that is known.

/// The most that is read of a file, in bytes.
pub const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// The most pieces that are read of a file.
pub const MAX_PIECES: usize = 48;

/// Each piece is at least so long: most films and images say all within it, and a request costs more than some bytes.
const PIECE: u64 = 16 * 1024;

/// What is only nice to know is not looked for once so much has been read, so that a typical file takes 256 KB at most.
const ENOUGH_BYTES: u64 = 192 * 1024;
const ENOUGH_PIECES: usize = 32;

const BREAKS_OFF: &str = "It breaks off: a part of it is missing.";

/// Why a reader has ended early.
#[derive(Debug)]
pub enum Stop {
    /// It needs bytes that are not there yet.
    Need { offset: u64, length: u64 },
    /// The file cannot be read: a sentence about "it".
    Broken(&'static str),
}

/// The pieces of a file that have been read.
#[derive(Debug, Default)]
pub struct Source {
    /// In order, none touching the next.
    pieces: Vec<Piece>,
    length: Option<u64>,
    added: usize,
}

#[derive(Debug)]
struct Piece {
    offset: u64,
    bytes: Vec<u8>,
}

impl Piece {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.bytes.len() as u64)
    }
}

impl Source {
    /// A file of which nothing has been read, of this length in bytes, if that is known.
    pub fn new(length: Option<u64>) -> Self {
        Self { length, ..Self::default() }
    }

    /// Says how long the file is.
    pub fn set_length(&mut self, length: u64) {
        self.length = Some(length);
    }

    /// Adds what has been read at an offset.
    pub fn add(&mut self, offset: u64, bytes: &[u8]) {
        self.added += 1;
        let place = self.pieces.partition_point(|piece| piece.offset <= offset);
        self.pieces.insert(place, Piece { offset, bytes: bytes.to_vec() });
        let mut joined: Vec<Piece> = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces.drain(..) {
            match joined.last_mut() {
                Some(last) if piece.offset <= last.end() => {
                    let known = (last.end() - piece.offset) as usize;
                    last.bytes.extend_from_slice(piece.bytes.get(known..).unwrap_or_default());
                }
                _ => joined.push(piece),
            }
        }
        self.pieces = joined;
    }

    /// How many bytes have been read.
    pub fn bytes_read(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.bytes.len() as u64).sum()
    }

    /// Where the file ends; as far as possible, while that is not known.
    pub(crate) fn end(&self) -> u64 {
        self.length.unwrap_or(u64::MAX)
    }

    /// Its length, if that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// What has been read of its beginning.
    pub(crate) fn head(&self) -> &[u8] {
        self.pieces.first().filter(|piece| piece.offset == 0).map_or(&[], |piece| piece.bytes.as_slice())
    }

    /// Bytes of the file.
    pub(crate) fn get(&self, offset: u64, length: usize) -> Result<&[u8], Stop> {
        let end = offset.saturating_add(length as u64);
        if end > self.end() || end == u64::MAX {
            return Err(Stop::Broken(BREAKS_OFF));
        }
        let before = self.pieces.partition_point(|piece| piece.offset <= offset);
        let Some(piece) = before.checked_sub(1).and_then(|index| self.pieces.get(index)) else {
            return Err(Stop::Need { offset, length: end - offset });
        };
        let start = (offset - piece.offset) as usize;
        piece.bytes.get(start..).and_then(|rest| rest.get(..length)).ok_or_else(|| {
            let missing = offset.max(piece.end());
            Stop::Need { offset: missing, length: end - missing }
        })
    }

    pub(crate) fn array<const N: usize>(&self, offset: u64) -> Result<[u8; N], Stop> {
        self.get(offset, N)?.first_chunk().copied().ok_or(Stop::Broken(BREAKS_OFF))
    }

    pub(crate) fn u8(&self, offset: u64) -> Result<u8, Stop> {
        self.array(offset).map(u8::from_be_bytes)
    }

    /// Big-endian, as the next two.
    pub(crate) fn u16(&self, offset: u64) -> Result<u16, Stop> {
        self.array(offset).map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&self, offset: u64) -> Result<u32, Stop> {
        self.array(offset).map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&self, offset: u64) -> Result<u64, Stop> {
        self.array(offset).map(u64::from_be_bytes)
    }

    /// What is only nice to know: nothing where the file has it wrong, or where it takes too much to find out.
    pub(crate) fn if_cheap<T>(&self, read: Result<Option<T>, Stop>) -> Result<Option<T>, Stop> {
        match read {
            Ok(value) => Ok(value),
            Err(Stop::Broken(_)) => Ok(None),
            Err(_) if self.bytes_read() >= ENOUGH_BYTES || self.added >= ENOUGH_PIECES => Ok(None),
            Err(Stop::Need { length, .. }) if length > ENOUGH_BYTES => Ok(None),
            Err(need) => Err(need),
        }
    }

    /// The piece to read where these bytes are missing; nothing where that is too much.
    pub(crate) fn next_piece(&self, offset: u64, length: u64) -> Option<(u64, u64)> {
        let left = MAX_BYTES.checked_sub(self.bytes_read()).filter(|left| length <= *left)?;
        let to_end = self.end().checked_sub(offset).filter(|to_end| *to_end > 0)?;
        // Up to what is known already.
        let next = self.pieces.iter().map(|piece| piece.offset).find(|next| *next > offset);
        let gap = next.map_or(u64::MAX, |next| next - offset);
        let length = length.max(PIECE).min(left).min(to_end).min(gap);
        (self.added < MAX_PIECES && length > 0).then_some((offset, length))
    }
}
