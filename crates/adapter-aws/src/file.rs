use std::path::Path;

use domain::{ByteStream, Error};
use futures_util::{TryFutureExt as _, TryStreamExt as _};
use tokio::fs::File;
use tokio_util::io::ReaderStream;

/// How much is read at once, in bytes.
const CHUNK: usize = 256 * 1024;

/// The bytes of a file, which is opened when the first are asked for.
pub(crate) fn read(path: &Path) -> ByteStream {
    let chunks = File::open(path.to_owned()).map_ok(|file| ReaderStream::with_capacity(file, CHUNK));
    Box::pin(
        chunks
            .try_flatten_stream()
            .map_err(|error| Error::transient("cannot read the artifact's file").because(error)),
    )
}
