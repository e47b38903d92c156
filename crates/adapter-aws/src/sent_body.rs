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

/// A body for an HTTP client, with its length. Where the stream has another, it ends in an error.
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

/// The same body, whose last bytes are only given where the digest is the one that was approved.
pub(crate) fn checked(body: Body, expected: Sha256) -> Body {
    let Body { length, stream } = body;
    Body { length, stream: Box::pin(Checked { stream, hasher: Hasher::new(), expected, left: length }) }
}

impl Checked {
    fn check(&mut self, chunk: &Bytes) -> Result<()> {
        self.left = self.left.saturating_sub(chunk.len() as u64);
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
            ended => ended,
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
        Poll::Ready(match next {
            Some(Ok(chunk)) => Some(match self.left.checked_sub(chunk.len() as u64) {
                Some(left) => {
                    self.left = left;
                    Ok(Frame::data(chunk))
                }
                None => Err(Error::rejected("the stream is longer than it should be")),
            }),
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
