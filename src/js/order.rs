//! What `submit` and `run` are asked for, as it was read: each of the media a URL, or a file that is still to be uploaded.

use web_sys::Url;

use crate::input::is_out_of_reach;
use crate::parcel::Parcel;

/// What a caller passes for a video or an image.
pub(super) enum Medium {
    Url(String),
    File(Parcel),
}

impl Medium {
    /// The URL, if it is none of a file that is still to be uploaded.
    pub(super) fn url(&self) -> Option<&str> {
        if let Medium::Url(url) = self { Some(url) } else { None }
    }
}

/// An input whose files are still to be uploaded.
pub(super) struct Order {
    pub(super) video: Medium,
    pub(super) image: Medium,
    pub(super) callback_url: Option<String>,
}

/// Whether the service can never fetch this URL.
pub(super) fn is_beyond_reach(url: &str) -> bool {
    // `URL` spells all forms of an IP address in one way.
    Url::new(url).is_ok_and(|url| is_out_of_reach(&url.hostname()))
}
