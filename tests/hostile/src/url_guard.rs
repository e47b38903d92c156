//! The guard of URLs and addresses: whatever it lets through leads to a host that the operator named.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::PackageUrl;
use fetch_repo::{FetchSettings, Guard, Passage, Refusal, settings_from, special_purpose};
use url::Url;

/// Takes the first two lines for the operator's hosts and origins; the rest are a URL and where it redirects, one after
/// another. A line that is an IP address is one to connect to as well.
pub fn url_guard(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let (hosts, origins) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let settings = settings(hosts, origins);
    let guard = Guard::new(settings.allowed_hosts.clone(), settings.trusted_origins.clone());
    let mut from: Option<Url> = None;
    for line in lines {
        line.parse().into_iter().for_each(check_address);
        check_package_url(line);
        let url = match &from {
            None => Url::parse(line),
            Some(from) => from.join(line),
        };
        let Ok(url) = url else { continue };
        check_passage(guard.check(&url), &url, &settings);
        if let Some(from) = &from {
            let passage = guard.check_redirect(from, &url);
            assert!(
                passage.is_err() || from.scheme() != "https" || url.scheme() == "https",
                "{from} to {url}"
            );
            check_passage(passage, &url, &settings);
        }
        from = Some(url);
    }
    if let Some(bytes) = data.first_chunk::<16>() {
        check_address(IpAddr::from(*bytes));
    }
    if let Some(bytes) = data.first_chunk::<4>() {
        check_address(IpAddr::from(*bytes));
    }
}

/// The operator's settings where they are accepted, else the default ones.
fn settings(hosts: &str, origins: &str) -> FetchSettings {
    let chosen = settings_from(|name| match name {
        "AIRLOCK_ALLOWED_HOSTS" => Some(hosts.to_owned()),
        "AIRLOCK_TRUSTED_ORIGINS" => Some(origins.to_owned()),
        _ => None,
    });
    let settings = chosen.or_else(|_| settings_from(|_| None)).expect("the default settings");
    for host in &settings.allowed_hosts {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b);
        assert!(host.bytes().all(plain) && !host.ends_with('.') && !is_ipv4(host), "{host:?} is no host");
    }
    for origin in settings.trusted_origins.iter().map(|origin| origin.ascii_serialization()) {
        let loopback = ["http://127.", "http://[::1]", "http://localhost"];
        assert!(
            origin.starts_with("https://") || loopback.iter().any(|start| origin.starts_with(start)),
            "{origin}"
        );
    }
    settings
}

fn check_passage(passage: Result<Passage, Refusal>, url: &Url, settings: &FetchSettings) {
    let text = url.as_str();
    // The parser itself does not keep this for `file:` URLs with a drive.
    let same = Url::parse(text).as_ref() == Ok(url);
    assert!(same || passage.is_err(), "written and read again {text} is another URL");
    match passage {
        Err(refusal) => check_shown(&refusal.to_string(), url),
        Ok(Passage::Public) => {
            let authority = authority(text.strip_prefix("https://").expect("https"));
            assert!(settings.allowed_hosts.iter().any(|host| host == authority), "{text}");
            assert!(!is_ipv4(authority) && !authority.contains([':', '[', '@', '%']), "{text}");
        }
        Ok(Passage::Trusted) => {
            let (scheme, rest) = text.split_once("://").expect("a scheme");
            let origin = format!("{scheme}://{}", authority(rest));
            assert!(settings.trusted_origins.iter().any(|o| o.ascii_serialization() == origin), "{text}");
        }
    }
}

/// What is shown of a refused URL holds no secret and forges no line.
fn check_shown(shown: &str, url: &Url) {
    assert!(shown.bytes().all(|b| (b' '..=b'~').contains(&b)), "{shown:?}");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let place = format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path());
    let secrets = [Some(url.username()), url.password(), url.query(), url.fragment()];
    for secret in secrets.into_iter().flatten().filter(|secret| secret.len() > 24) {
        assert!(!shown.contains(secret) || place.contains(secret), "{shown:?} tells {secret:?}");
    }
}

/// What stands between `//` and the path (RFC 3986, 3.2).
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

/// Whether C's `inet_aton` takes the text for an address: one to four numbers, decimal, octal or hexadecimal.
fn is_ipv4(host: &str) -> bool {
    let number = |part: &str| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()),
    };
    let parts: Vec<&str> = host.split('.').collect();
    parts.len() <= 4 && parts.into_iter().all(number)
}

/// A package URL is read back as it is written, for that is how it goes from stage to stage.
fn check_package_url(text: &str) {
    let Ok(url) = PackageUrl::parse(text) else { return };
    let written = url.to_string();
    assert_eq!(PackageUrl::parse(&written).as_ref(), Ok(&url), "{text:?} is written as {written:?}");
    if let PackageUrl::Web(url) = url {
        let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        assert!(bare && url.fragment().is_none() && ["https", "http"].contains(&url.scheme()), "{text:?}");
    }
}

/// An address that may be connected to is one of the public internet, in whatever dress.
fn check_address(address: IpAddr) {
    if special_purpose(address).is_some() {
        return;
    }
    match address {
        IpAddr::V4(v4) => assert!(is_public(v4), "{v4}"),
        IpAddr::V6(v6) => {
            let [.., a, b, c, d] = v6.octets();
            let [_, _, e, f, g, h, ..] = v6.octets();
            match v6.segments() {
                [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
                    assert!(is_public(Ipv4Addr::new(a, b, c, d)), "{v6}");
                }
                [0x2002, ..] => assert!(is_public(Ipv4Addr::new(e, f, g, h)), "{v6}"),
                _ => assert!(is_global(v6), "{v6}"),
            }
        }
    }
}

fn is_public(v4: Ipv4Addr) -> bool {
    let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
    let unusable = v4.octets()[0] == 0 || v4.octets()[0] >= 224;
    let local = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_documentation();
    !(shared || unusable || local)
}

fn is_global(v6: Ipv6Addr) -> bool {
    let [first, second, ..] = v6.segments();
    first & 0xe000 == 0x2000 && !(first == 0x2001 && (second == 0xdb8 || second == 0))
}
