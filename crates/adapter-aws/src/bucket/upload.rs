//! Uploads in parts. Nothing is to be seen before the last call, which is also the one that minds what is there.

use aws_sdk_s3::{
    error::{ProvideErrorMetadata, SdkError},
    primitives::ByteStream as SdkStream,
    types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;
use domain::{Body, Error, Result, StoreKey, Written};
use futures_util::{
    TryStreamExt as _,
    stream::{self, BoxStream},
};

use super::{Bucket, Occupied};
use crate::{
    error::{failed, incomplete},
    parts::{PART, Parts},
};

/// Parts in flight at once: what is held in memory is this many parts and no more.
const IN_FLIGHT: usize = 2;

/// One upload that has begun.
#[derive(Clone)]
struct Upload {
    bucket: Bucket,
    key: StoreKey,
    id: String,
}

impl Bucket {
    pub(super) async fn upload(&self, key: &StoreKey, body: Body, occupied: Occupied) -> Result<Written> {
        let call = self.call("begin to write", key);
        let request = self.client().await.create_multipart_upload().bucket(&self.name).key(key.as_str());
        let answer = request.checksum_algorithm(ChecksumAlgorithm::Crc32).send().await;
        let answer = answer.map_err(|error| failed(&call, error))?;
        let id = answer
            .upload_id
            .filter(|id| !id.is_empty())
            .ok_or_else(|| incomplete(call, "the upload's id"))?;
        let upload = Upload { bucket: self.clone(), key: key.clone(), id };
        let result = match upload.send(body).await {
            Ok(parts) => upload.complete(parts, occupied).await,
            Err(error) => Err(error),
        };
        if !matches!(result, Ok(Written::New)) {
            upload.abort().await;
        }
        result
    }
}

impl Upload {
    async fn send(&self, body: Body) -> Result<Vec<CompletedPart>> {
        let upload = self.clone();
        let sent = numbered(body).map_ok(move |(number, bytes)| upload.clone().send_part(number, bytes));
        let mut parts: Vec<CompletedPart> = sent.try_buffer_unordered(IN_FLIGHT).try_collect().await?;
        parts.sort_by_key(CompletedPart::part_number);
        Ok(parts)
    }

    async fn send_part(self, number: i32, bytes: Bytes) -> Result<CompletedPart> {
        let Self { bucket, key, id } = &self;
        let call = bucket.call(&format!("write part {number} of"), key);
        let request = bucket.client().await.upload_part().bucket(&bucket.name).key(key.as_str());
        let request = request.upload_id(id).part_number(number).checksum_algorithm(ChecksumAlgorithm::Crc32);
        let request = request.body(SdkStream::from(bytes)).customize().config_override(bucket.transfer(PART));
        let answer = request.send().await.map_err(|error| failed(&call, error))?;
        let tag = answer.e_tag.filter(|tag| !tag.is_empty()).ok_or_else(|| incomplete(call, "the ETag"))?;
        let part = CompletedPart::builder().part_number(number).e_tag(tag);
        Ok(part.set_checksum_crc32(answer.checksum_crc32).build())
    }

    async fn complete(&self, parts: Vec<CompletedPart>, occupied: Occupied) -> Result<Written> {
        let Self { bucket, key, id } = self;
        let call = bucket.call("finish writing", key);
        let request =
            bucket.client().await.complete_multipart_upload().bucket(&bucket.name).key(key.as_str());
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request =
            request.upload_id(id).multipart_upload(parts).set_if_none_match(occupied.if_none_match());
        // The service may take its time to join the parts.
        match request.customize().config_override(bucket.transfer(16 * PART)).send().await {
            Ok(answer) if answer.e_tag().is_none_or(str::is_empty) => Err(incomplete(call, "the ETag")),
            Ok(_) => Ok(Written::New),
            Err(error) => occupied.resolve(call, error),
        }
    }

    /// The bucket's life-cycle rule clears away what this cannot.
    async fn abort(&self) {
        let Self { bucket, key, id } = self;
        let request = bucket.client().await.abort_multipart_upload().bucket(&bucket.name).key(key.as_str());
        drop(request.upload_id(id).send().await);
    }
}

/// The parts with their numbers, which count from 1.
fn numbered(body: Body) -> BoxStream<'static, Result<(i32, Bytes)>> {
    let parts = stream::try_unfold((Parts::of(body), 1), |(mut parts, number)| async move {
        let part = parts.next().await?;
        Ok(part.map(|bytes| ((number, bytes), (parts, number + 1))))
    });
    Box::pin(parts)
}

impl Occupied {
    /// 412: something is there. 409: something is being written right now, so that nobody can say yet.
    pub(super) fn resolve<E>(self, call: String, error: SdkError<E>) -> Result<Written>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        match error.raw_response().map(|response| response.status().as_u16()) {
            Some(412) if self == Self::Leave => Ok(Written::AlreadyThere),
            Some(409) if self == Self::Leave => {
                Err(Error::transient(format!("{call}: another write of the same key is under way")))
            }
            _ => Err(failed(call, error)),
        }
    }
}
