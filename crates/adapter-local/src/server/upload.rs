//! The legacy upload that twine sends: see "Upload API" in PyPI's documentation.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{
        FromRequest as _, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    http::HeaderMap,
};
use bytes::Bytes;
use domain::{Error, PackageKind};
use futures_util::stream;
use tokio::sync::mpsc;

use super::{
    Context,
    body::arriving,
    native::{Refusal, manifest},
};
use crate::{
    incoming::{Incoming, Length, receive},
    packages::{Content, NewFile, PackageId, VersionStatus},
};

/// All the fields but the file; a description may be long.
const LARGEST_FIELDS: usize = 8 * 1024 * 1024;

/// How many chunks wait for the disk.
const CHUNKS: usize = 4;

/// What was uploaded.
#[derive(Default)]
struct Form {
    fields: HashMap<String, String>,
    file: Option<(String, Incoming)>,
}

/// Takes a wheel or a source distribution whose own metadata names what the upload does.
pub(super) async fn upload(
    State(context): State<Arc<Context>>,
    headers: HeaderMap,
    request: Request,
) -> Result<(), Refusal> {
    context.check_writer(&headers)?;
    let Form { fields, file } = form(&context, request).await?;
    let field = |name: &str| {
        let value = fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::bad(format!("the field {name} is missing")))
    };
    if field(":action")? != "file_upload" {
        return Err(Refusal::bad(":action is not file_upload"));
    }
    let (name, version, announced) = (field("name")?, field("version")?, field("sha256_digest")?);
    let (file, incoming) = file.ok_or_else(|| Refusal::bad("the field content is missing"))?;
    if incoming.sha256.to_string() != announced {
        let found = incoming.sha256;
        return Err(Refusal::bad(format!("{file} has the SHA-256 {found}, not {announced}")));
    }
    let kind = match field("filetype")? {
        "bdist_wheel" => PackageKind::Wheel,
        "sdist" => PackageKind::Sdist,
        _ => return Err(Refusal::bad("filetype is neither bdist_wheel nor sdist")),
    };
    let manifest = manifest(&incoming, kind, name, version).await?;
    if !manifest.identity.is_file(&file) {
        let own = manifest.identity.file;
        return Err(Refusal::bad(format!("the file is uploaded as {file}; its own metadata makes it {own}")));
    }
    let new = NewFile {
        name: file,
        size: incoming.bytes,
        sha256: incoming.sha256,
        content: Content::Received(incoming.file),
        npm: None,
        metadata: Some(manifest.text),
    };
    let id = PackageId::pypi(name).version(version);
    context.packages.put(&id, vec![new], VersionStatus::Published).await?;
    Ok(())
}

/// The file goes to the disk as it arrives.
async fn form(context: &Context, request: Request) -> Result<Form, Refusal> {
    let request = request.map(|body| Body::from_stream(arriving(body)));
    let multipart = Multipart::from_request(request, &()).await;
    let mut multipart = multipart.map_err(|error| Refusal::new(error.status(), error.body_text()))?;
    let (mut form, mut left) = (Form::default(), LARGEST_FIELDS);
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "content" {
            let file = field.file_name().unwrap_or_default().to_owned();
            if form.file.is_some() {
                return Err(Refusal::bad("the field content is there twice"));
            }
            form.file = Some((file, content(context, field).await?));
        } else {
            let text = text(field, &mut left).await?;
            // Some fields, as classifiers, come as often as they have values. None of them is read here.
            let twice = form.fields.insert(name.clone(), text).is_some();
            if twice && matches!(&*name, ":action" | "name" | "version" | "sha256_digest" | "filetype") {
                return Err(Refusal::bad(format!("the field {name} is there twice")));
            }
        }
    }
    Ok(form)
}

/// A field lives no longer than its form, and what is received must: the chunks go through a channel.
async fn content(context: &Context, mut field: Field<'_>) -> Result<Incoming, Refusal> {
    let most = context.settings.max_bytes;
    let (sender, receiver) = mpsc::channel(CHUNKS);
    let chunks = stream::unfold(receiver, async |mut receiver: mpsc::Receiver<domain::Result<Bytes>>| {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    });
    let receiving =
        receive(context.packages.root(), "the uploaded file", Length::AtMost(most), Box::pin(chunks));
    let sending = async {
        let sender = sender;
        let mut sent = 0;
        let refusal = loop {
            match field.chunk().await {
                Ok(None) => return Ok(()),
                Ok(Some(chunk)) => {
                    sent += chunk.len() as u64;
                    if sent > most {
                        break Refusal::too_large(most);
                    }
                    if sender.send(Ok(chunk)).await.is_err() {
                        return Ok(());
                    }
                }
                Err(error) => break broken(error),
            }
        };
        // What ends early must not be taken for whole.
        let _ = sender.send(Err(Error::transient("the upload was cut short"))).await;
        Err(refusal)
    };
    let (sent, received) = tokio::join!(sending, receiving);
    sent?;
    Ok(received?)
}

async fn text(mut field: Field<'_>, left: &mut usize) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        *left = left.checked_sub(chunk.len()).ok_or_else(|| Refusal::too_large(LARGEST_FIELDS as u64))?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Refusal::bad("a field is not UTF-8"))
}

fn broken(error: MultipartError) -> Refusal {
    Refusal::new(error.status(), error.body_text())
}
