mod upload;

use aws_sdk_s3::{Client, config, primitives::ByteStream as SdkStream};
use domain::{Body, Error, Result, Store, StoreKey, Written};
use futures_util::stream;

use crate::{
    Aws,
    aws::Lazy,
    error::{causes, failed, incomplete},
    parts::{PART, Parts},
};

/// The store in a bucket of S3.
#[derive(Debug, Clone)]
pub struct Bucket {
    aws: Aws,
    client: Lazy<Client>,
    name: String,
}

/// What a write does where something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Occupied {
    Replace,
    Leave,
}

impl Occupied {
    /// The header `If-None-Match`.
    fn if_none_match(self) -> Option<String> {
        (self == Self::Leave).then(|| "*".to_owned())
    }
}

impl Bucket {
    pub(crate) fn new(aws: Aws, name: String) -> Self {
        Self { aws, client: Lazy::default(), name }
    }

    async fn client(&self) -> &Client {
        self.client
            .get(&self.aws, |sdk| {
                let configured = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                let elsewhere = sdk.endpoint_url().is_some()
                    || ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].into_iter().any(configured);
                // An endpoint that is not AWS's has no host name for each bucket.
                Client::from_conf(config::Builder::from(sdk).force_path_style(elsewhere).build())
            })
            .await
    }

    fn transfer(&self, bytes: u64) -> config::Builder {
        config::Config::builder().timeout_config(self.aws.transfer(bytes))
    }

    async fn write(&self, key: &StoreKey, body: Body, occupied: Occupied) -> Result<Written> {
        if body.length > PART {
            return self.upload(key, body, occupied).await;
        }
        let call = self.call("write", key);
        let length = body.length;
        let bytes = Parts::of(body).whole().await?;
        let request = self.client().await.put_object().bucket(&self.name).key(key.as_str());
        let request = request.body(SdkStream::from(bytes)).set_if_none_match(occupied.if_none_match());
        match request.customize().config_override(self.transfer(length)).send().await {
            Ok(answer) if answer.e_tag().is_none_or(str::is_empty) => Err(incomplete(call, "the ETag")),
            Ok(_) => Ok(Written::New),
            Err(error) => occupied.resolve(call, error),
        }
    }

    fn call(&self, verb: &str, key: impl std::fmt::Display) -> String {
        format!("cannot {verb} s3://{}/{key}", self.name)
    }
}

impl Store for Bucket {
    async fn put(&self, key: &StoreKey, body: Body) -> Result<()> {
        self.write(key, body, Occupied::Replace).await.map(drop)
    }

    async fn put_if_absent(&self, key: &StoreKey, body: Body) -> Result<Written> {
        self.write(key, body, Occupied::Leave).await
    }

    async fn get(&self, key: &StoreKey) -> Result<Option<Body>> {
        let call = self.call("read", key);
        let answer = match self.client().await.get_object().bucket(&self.name).key(key.as_str()).send().await
        {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(|e| e.is_no_such_key()) => return Ok(None),
            Err(error) => return Err(failed(call, error)),
        };
        let length = answer.content_length().and_then(|length| u64::try_from(length).ok());
        let length = length.ok_or_else(|| incomplete(&call, "the length"))?;
        let chunks = stream::try_unfold(answer.body, move |mut body| {
            let call = call.clone();
            async move {
                let chunk = body.try_next().await;
                let chunk = chunk.map_err(|error| Error::transient(call).because(causes(&error)))?;
                Ok(chunk.map(|chunk| (chunk, body)))
            }
        });
        Ok(Some(Body { length, stream: Box::pin(chunks) }))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<StoreKey>> {
        let request = self.client().await.list_objects_v2().bucket(&self.name).prefix(prefix);
        let mut pages = request.into_paginator().send();
        let mut keys = vec![];
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed(self.call("list", prefix), error))?;
            if page.key_count().is_none() {
                return Err(incomplete(self.call("list", prefix), "the number of keys"));
            }
            // What is no key of a store was not written by one: a console's folder marks, for example.
            keys.extend(page.contents().iter().filter_map(|object| StoreKey::parse(object.key()?).ok()));
        }
        keys.sort();
        Ok(keys)
    }
}

#[cfg(test)]
mod tests;
