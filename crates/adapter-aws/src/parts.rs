use bytes::{Bytes, BytesMut};
use domain::{Body, ByteStream, Error, Result};
use futures_util::StreamExt as _;

/// The length of a part: what is sent from memory, so that the SDK can send it again.
pub(crate) const PART: u64 = 8 * 1024 * 1024;

/// A body cut into parts. The stream must give exactly the bytes it announced.
pub(crate) struct Parts {
    stream: ByteStream,
    length: u64,
    received: u64,
    rest: Bytes,
}

impl Parts {
    pub(crate) fn of(body: Body) -> Self {
        Self { stream: body.stream, length: body.length, received: 0, rest: Bytes::new() }
    }

    /// The next part, [`PART`] bytes but for the last. `None` is only given where the length was right.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>> {
        let left = self.length - self.received + self.rest.len() as u64;
        let full =
            usize::try_from(left.min(PART)).map_err(|error| Error::rejected("too large").because(error))?;
        let mut part = BytesMut::with_capacity(full);
        while let Some(mut chunk) = self.chunk().await? {
            // A part of no bytes: the body is over, but for a chunk that would make it too long.
            self.rest = chunk.split_off(chunk.len().min(full - part.len()));
            part.extend_from_slice(&chunk);
            if full > 0 && part.len() == full {
                break;
            }
        }
        Ok((!part.is_empty()).then(|| part.freeze()))
    }

    /// The whole of a body that fits in one part.
    pub(crate) async fn whole(mut self) -> Result<Bytes> {
        let bytes = self.next().await?.unwrap_or_default();
        match self.next().await? {
            None => Ok(bytes),
            Some(_) => Err(Error::rejected(format!("{} bytes are more than one part", self.length))),
        }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if !self.rest.is_empty() {
            return Ok(Some(std::mem::take(&mut self.rest)));
        }
        let length = self.length;
        let Some(chunk) = self.stream.next().await.transpose()? else {
            return match self.received {
                received if received == length => Ok(None),
                received => {
                    Err(Error::transient(format!("the stream ended after {received} of {length} bytes")))
                }
            };
        };
        self.received += chunk.len() as u64;
        if self.received > length {
            return Err(Error::rejected(format!("the stream is longer than the {length} bytes announced")));
        }
        Ok(Some(chunk))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(length: usize, chunks: &[usize]) -> Body {
        let chunks: Vec<Result<Bytes>> = chunks.iter().map(|&n| Ok(Bytes::from(vec![7; n]))).collect();
        Body { length: length as u64, stream: Box::pin(futures_util::stream::iter(chunks)) }
    }

    async fn lengths(body: Body) -> Result<Vec<usize>> {
        let mut parts = Parts::of(body);
        let mut lengths = vec![];
        while let Some(part) = parts.next().await? {
            lengths.push(part.len());
        }
        Ok(lengths)
    }

    #[tokio::test]
    async fn parts_are_full_but_for_the_last() {
        let full = usize::try_from(PART).unwrap();
        assert_eq!(lengths(body(0, &[])).await.unwrap(), [0; 0]);
        assert_eq!(lengths(body(5, &[2, 0, 3])).await.unwrap(), [5]);
        assert_eq!(lengths(body(full, &[full])).await.unwrap(), [full]);
        assert_eq!(lengths(body(2 * full + 1, &[full - 1, full + 1, 1])).await.unwrap(), [full, full, 1]);
        assert_eq!(lengths(body(3 * full, &[3 * full])).await.unwrap(), [full; 3]);
    }

    #[tokio::test]
    async fn another_length_than_announced_is_an_error() {
        let full = usize::try_from(PART).unwrap();
        assert_eq!(lengths(body(6, &[2, 3])).await.unwrap_err().name(), "Transient");
        for wrong in [body(4, &[2, 3]), body(0, &[1]), body(full, &[full, 1]), body(full, &[full + 1])] {
            assert_eq!(lengths(wrong).await.unwrap_err().name(), "Rejected");
        }
        assert!(Parts::of(body(full + 1, &[full + 1])).whole().await.is_err());
    }
}
