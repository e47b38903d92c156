use std::{
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use domain::{Body, ByteStream, Error, Result, Sha256};
use futures_util::Stream;
use http_body::{Frame, SizeHint};
use sha2::{Digest as _, Sha256 as Hasher};

/// A body for an HTTP client, with its length.
pub(crate) struct SentBody {
    // Never locked: it makes the stream `Sync`, as the clients ask.
    stream: Mutex<ByteStream>,
    left: u64,
}

/// A stream that is checked while it is read.
struct Checked {
    stream: ByteStream,
    hasher: Hasher,
    expected: Sha256,
    left: u64,
}

/// The same body, whose last bytes are only given where length and digest are those that were approved.
pub(crate) fn checked(body: Body, expected: Sha256) -> Body {
    let Body { length, stream } = body;
    Body { length, stream: Box::pin(Checked { stream, hasher: Hasher::new(), expected, left: length }) }
}

impl Checked {
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

impl Stream for Checked {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let next = ready!(self.stream.as_mut().poll_next(cx));
        Poll::Ready(match next {
            Some(Ok(chunk)) => Some(self.check(&chunk).map(|()| chunk)),
            Some(Err(error)) => Some(Err(error)),
            None if self.left > 0 => {
                Some(Err(Error::transient(format!("the stream lacks {} bytes", self.left))))
            }
            None => None,
        })
    }
}

impl From<Body> for SentBody {
    fn from(body: Body) -> Self {
        Self { stream: Mutex::new(body.stream), left: body.length }
    }
}

impl http_body::Body for SentBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        let stream = self.stream.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = ready!(stream.as_mut().poll_next(cx));
        if let Some(Ok(chunk)) = &next {
            self.left = self.left.saturating_sub(chunk.len() as u64);
        }
        Poll::Ready(next.map(|chunk| chunk.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
