//! The files of a call: checked before anything is uploaded or paid, and put where the service can fetch them, into the
//! caller's own place or the proxy's.

use futures_util::future::try_join;
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::arguments::Call;
use super::calls::issues_in;
use super::order::{Medium, Order, is_beyond_reach};
use super::reader::shown;
use crate::decoded::{Error, Task};
use crate::error::{Code, refuse};
use crate::fetch::Flight;
use crate::input::{Input, OUT_OF_REACH, is_web_address};
use crate::no_answer::{in_brackets, message_of, retold};
use crate::parcel::Parcel;
use crate::wire::Uploaded;

impl Call {
    /// Creates the task of an input: its files are checked, then uploaded, both at once: one that fails ends the other.
    pub(super) async fn submit(&self, order: Order) -> Result<Task, Error> {
        self.check_media().await?;
        let (video, image) = try_join(self.url_of(order.video), self.url_of(order.image)).await?;
        self.client.submit(&Input { video, image, callback_url: order.callback_url }).await
    }

    /// Refuses what the service would fail on, where the caller wants that. npm/media-issues.js makes issues of what it
    /// finds, or of what was thrown.
    async fn check_media(&self) -> Result<(), Error> {
        let Some(checking) = self.record.check_media() else { return Ok(()) };
        let found = JsFuture::from(checking).await.unwrap_or_default();
        refuse(found.dyn_ref::<Array>().into_iter().flat_map(issues_in).collect())
    }

    async fn url_of(&self, medium: Medium) -> Result<String, Error> {
        match medium {
            Medium::Url(url) => Ok(url),
            Medium::File(parcel) => match self.upload(&parcel).await {
                Ok(uploaded) => Ok(uploaded.url),
                Err(mut error) => {
                    if error.code != Code::InvalidInput {
                        error.message = [&parcel.path(), ": ", &error.message].concat();
                    }
                    Err(error)
                }
            },
        }
    }

    /// Uploads a file.
    pub(super) async fn upload(&self, parcel: &Parcel) -> Result<Uploaded, Error> {
        match &self.upload {
            Some(own) => Ok(Uploaded { url: self.handed_over(parcel, own).await?, expires_at: None }),
            None => self.client.upload(parcel).await,
        }
    }

    async fn handed_over(&self, parcel: &Parcel, own: &Function) -> Result<String, Error> {
        let handing = async {
            let flight = Flight::start()?;
            let url = JsFuture::from(parcel.hand_over(own, &flight.signal(None))).await?;
            flight.land();
            Ok::<JsValue, JsValue>(url)
        };
        let problem = match handing.await {
            Ok(given) => match given.as_string().filter(|url| is_web_address(url)) {
                Some(url) if self.client.line.options.is_service() && is_beyond_reach(&url) => {
                    ["returned a URL that ", OUT_OF_REACH].concat()
                }
                Some(url) => return Ok(url),
                None => ["must return the file's absolute http(s) URL", &shown(&given)].concat(),
            },
            Err(thrown) => {
                let thrown = retold(thrown, &self.client.line.secrets);
                let said = in_brackets(&message_of(&thrown));
                let mut error = Error::new(Code::Network, &["The upload option threw", &said, "."]);
                error.cause = Some(thrown);
                return Err(error);
            }
        };
        Err(Error::invalid_at("upload", &problem))
    }
}
