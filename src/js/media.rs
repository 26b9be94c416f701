//! What `checkMedia` finds wrong with the files of an input, asked before anything is uploaded or paid.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::arguments::Call;
use super::calls::issues_in;
use crate::decoded::Error;

impl Call {
    /// Refuses what the service would fail on. npm/media-issues.js makes issues of what it finds, or of what was thrown.
    pub(super) async fn media_checked(&self) -> Result<(), Error> {
        let Some(checking) = self.record.check_media() else { return Ok(()) };
        let found = JsFuture::from(checking).await.unwrap_or_default();
        let issues: Vec<_> = found.dyn_ref::<Array>().into_iter().flat_map(issues_in).collect();
        if issues.is_empty() { Ok(()) } else { Err(Error::invalid(issues)) }
    }
}
