use std::time::Duration;

use domain::{Error, Result};
use reqwest::{Client, redirect::Policy};

/// A client for what is no service of the SDK. It follows nobody elsewhere: what it shows opens one place.
pub(crate) fn client(call: &str, timeout: Duration) -> Result<Client> {
    let client =
        Client::builder().redirect(Policy::none()).connect_timeout(Duration::from_secs(5)).timeout(timeout);
    client.build().map_err(|error| Error::rejected(call).because(error))
}
