//! The pages of the simple API, in the representation that the client asks for (PEP 691).

use std::fmt::Write as _;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{
    native::{Refusal, segment},
    pypi::ASK_AGAIN,
};
use crate::packages::Asset;

/// The simple API's version: files have sizes and times (PEP 700).
const API_VERSION: &str = "1.1";
const JSON: &str = "application/vnd.pypi.simple.v1+json";
const HTML: &str = "application/vnd.pypi.simple.v1+html";
const TEXT_HTML: &str = "text/html";

/// A page's media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Representation(&'static str);

/// What is there of one project.
pub(super) struct Page {
    pub(super) name: String,
    pub(super) versions: Vec<String>,
    pub(super) links: Vec<Link>,
}

/// One file of a project.
pub(super) struct Link {
    /// Relative to the project's page.
    href: String,
    asset: Asset,
    requires_python: Option<String>,
}

impl Link {
    /// `metadata` is the file's `METADATA` or `PKG-INFO`.
    pub(super) fn new(version: &str, asset: Asset, metadata: &[u8]) -> Self {
        let href = format!("{}/{}", segment(version), segment(&asset.name));
        Self { href, asset, requires_python: requires_python(metadata) }
    }

    /// Of a wheel alone: the `PKG-INFO` of a source distribution need not say what building it will.
    fn core_metadata(&self) -> Option<String> {
        let wheel = self.asset.name.ends_with(".whl");
        self.asset.metadata.filter(|_| wheel).map(|sha256| sha256.to_string())
    }

    fn json(&self) -> Value {
        let mut file = json!({
            "filename": self.asset.name,
            "url": self.href,
            "hashes": {"sha256": self.asset.sha256},
            "size": self.asset.size,
            "upload-time": self.asset.added.iso(),
            "yanked": false,
        });
        if let Some(python) = &self.requires_python {
            file["requires-python"] = python.clone().into();
        }
        if let Some(sha256) = self.core_metadata() {
            file["core-metadata"] = json!({ "sha256": sha256 });
        }
        file
    }

    fn html(&self) -> String {
        let mut attributes = String::new();
        if let Some(python) = &self.requires_python {
            let _ = write!(attributes, " data-requires-python=\"{}\"", escape(python));
        }
        if let Some(sha256) = self.core_metadata() {
            let _ = write!(attributes, " data-core-metadata=\"sha256={sha256}\"");
        }
        let (href, sha256, name) = (escape(&self.href), self.asset.sha256, escape(&self.asset.name));
        format!("<a href=\"{href}#sha256={sha256}\"{attributes}>{name}</a><br>\n")
    }
}

impl Representation {
    /// The one that the client likes best; text/html where it does not say.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut best = None;
        let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut said = false;
        for range in accepted.flat_map(|value| value.split(',')) {
            said = true;
            let range = range.to_ascii_lowercase();
            let (media, parameters) = range.split_once(';').unwrap_or((&range, ""));
            let quality = parameters.split(';').find_map(|p| p.trim().strip_prefix("q="));
            let quality = quality.map_or(Ok(1.0), str::parse::<f32>).unwrap_or(0.0);
            let offered = match media.trim() {
                JSON | "application/vnd.pypi.simple.latest+json" | "application/*" => JSON,
                HTML | "application/vnd.pypi.simple.latest+html" => HTML,
                TEXT_HTML | "text/*" | "*/*" => TEXT_HTML,
                _ => continue,
            };
            if quality > best.map_or(0.0, |(quality, _)| quality) {
                best = Some((quality, offered));
            }
        }
        match best {
            Some((_, offered)) => Ok(Self(offered)),
            None if !said => Ok(Self(TEXT_HTML)),
            None => {
                let message = format!("this index answers as {JSON}, {HTML} or {TEXT_HTML}");
                Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, message))
            }
        }
    }

    pub(super) fn projects(self, names: &[String]) -> Response {
        if self.0 == JSON {
            let projects: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
            return self.answer(json!({"meta": meta(), "projects": projects}).to_string());
        }
        let links = names
            .iter()
            .map(|name| format!("<a href=\"{}/\">{}</a><br>\n", escape(&segment(name)), escape(name)));
        self.answer(html("Approved packages", links.collect()))
    }

    pub(super) fn project(self, page: &Page) -> Response {
        if self.0 == JSON {
            let files: Vec<Value> = page.links.iter().map(Link::json).collect();
            let page = json!({"meta": meta(), "name": page.name, "versions": page.versions, "files": files});
            return self.answer(page.to_string());
        }
        let title = format!("Approved files of {}", escape(&page.name));
        self.answer(html(&title, page.links.iter().map(Link::html).collect()))
    }

    fn answer(self, page: String) -> Response {
        let media = if self.0 == TEXT_HTML { "text/html; charset=utf-8" } else { self.0 };
        let media = [(header::CONTENT_TYPE, HeaderValue::from_static(media))];
        (media, [ASK_AGAIN, (header::VARY, "Accept")], page).into_response()
    }
}

fn meta() -> Value {
    json!({"api-version": API_VERSION})
}

fn html(title: &str, links: String) -> String {
    format!(
        "<!DOCTYPE html>\n<html>\n<head><meta name=\"pypi:repository-version\" content=\"{API_VERSION}\">\
         <title>{title}</title></head>\n<body>\n{links}</body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// What the metadata says of the versions of Python.
fn requires_python(metadata: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(metadata);
    archive::header(&text, "Requires-Python").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn representation(accept: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        Representation::of(&headers).ok().map(|representation| representation.0)
    }

    #[test]
    fn the_client_chooses_the_representation() {
        let pip = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01";
        assert_eq!(representation(pip), Some(JSON));
        assert_eq!(representation("text/html, application/xhtml+xml, */*;q=0.8"), Some(TEXT_HTML));
        assert_eq!(representation("application/vnd.pypi.simple.latest+html"), Some(HTML));
        assert_eq!(representation("TEXT/HTML;Q=0.5"), Some(TEXT_HTML));
        assert_eq!(representation("application/*"), Some(JSON));
        assert_eq!(representation("application/vnd.pypi.simple.v1+json;q=0"), None);
        assert_eq!(representation("image/png"), None);
        assert_eq!(Representation::of(&HeaderMap::new()).unwrap().0, TEXT_HTML);
    }

    #[test]
    fn python_is_read_from_the_headers_alone() {
        assert_eq!(requires_python(b"Name: a\nRequires-Python: >=3.9\n\nx").as_deref(), Some(">=3.9"));
        assert_eq!(requires_python(b"Name: a\n\nRequires-Python: >=3.9\n"), None);
        assert_eq!(requires_python(b"Summary: a\rRequires-Python: >=3.9\nRequires-Python: >=3.1\n"), None);
        assert_eq!(escape("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    }
}
