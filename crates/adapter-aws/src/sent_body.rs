use std::{
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use domain::{Body, ByteStream, Error, Result, Sha256};
use http_body::{Frame, SizeHint};
use sha2::{Digest as _, Sha256 as Hasher};

/// A body for the SDK that is checked while it is sent: the last bytes only leave where length and digest are those
/// that were approved.
pub(crate) struct SentBody {
    // Never locked: it makes the stream `Sync`, as the SDK asks.
    stream: Mutex<ByteStream>,
    hasher: Hasher,
    expected: Sha256,
    left: u64,
}

impl SentBody {
    pub(crate) fn new(body: Body, expected: Sha256) -> Self {
        Self { stream: Mutex::new(body.stream), hasher: Hasher::new(), expected, left: body.length }
    }

    fn check(&mut self, chunk: &Bytes) -> Result<()> {
        let left = self.left.checked_sub(chunk.len() as u64);
        self.left = left.ok_or_else(|| Error::rejected("the stream is longer than the artifact"))?;
        self.hasher.update(chunk);
        if self.left > 0 {
            return Ok(());
        }
        let found = Sha256::from_bytes(self.hasher.clone().finalize().into());
        if found == self.expected {
            Ok(())
        } else {
            Err(Error::rejected(format!("the bytes are {found}, approved were {}", self.expected)))
        }
    }
}

impl http_body::Body for SentBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        let stream = self.stream.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = ready!(futures_util::Stream::poll_next(stream.as_mut(), cx));
        Poll::Ready(match next {
            Some(Ok(chunk)) => Some(self.check(&chunk).map(|()| Frame::data(chunk))),
            Some(Err(error)) => Some(Err(error)),
            None if self.left > 0 => {
                Some(Err(Error::transient(format!("the stream lacks {} bytes", self.left))))
            }
            None => None,
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
