//! Bodies as they arrive: none waits for ever, and none is kept in memory but small ones.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use domain::{ByteStream, Error, Result};
use futures_util::{StreamExt as _, stream};

/// A client that sends nothing, or takes nothing, for this long is gone.
pub(super) const STALLED: Duration = Duration::from_secs(30);

/// The body's bytes; an error where they stall or are cut short.
pub(super) fn arriving(body: Body) -> ByteStream {
    Box::pin(stream::unfold(Some(body.into_data_stream()), async |bytes| {
        let mut bytes = bytes?;
        match tokio::time::timeout(STALLED, bytes.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(bytes))),
            Ok(Some(Err(cause))) => {
                Some((Err(Error::transient("the request's body was cut short").because(cause)), None))
            }
            Err(_) => Some((Err(Error::transient("the request's body stalled")), None)),
        }
    }))
}

/// A small body; `None` where it is larger than `most` bytes.
pub(super) async fn whole(body: Body, most: u64) -> Result<Option<Bytes>> {
    let (mut bytes, mut body) = (BytesMut::new(), arriving(body));
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() as u64 > most {
            return Ok(None);
        }
    }
    Ok(Some(bytes.freeze()))
}
