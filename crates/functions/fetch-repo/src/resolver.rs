//! Name resolution that answers with public addresses only. The client connects to what this answered and asks nobody
//! again, so a name cannot change its mind between check and connection (DNS rebinding).

use std::{future::Future, io, net::SocketAddr, pin::Pin, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::special_purpose;

type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Asks the system, then checks every address of the answer.
#[derive(Clone)]
pub(crate) struct PublicResolver {
    lookup: Arc<dyn Fn(String) -> Lookup + Send + Sync>,
}

/// A host resolves to an address that is not on the public internet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{host} resolves to {address}, a {purpose} address: only public addresses are fetched from, but for the origins \
     in AIRLOCK_TRUSTED_ORIGINS"
)]
pub(crate) struct NotPublic {
    host: String,
    address: std::net::IpAddr,
    purpose: &'static str,
}

impl PublicResolver {
    /// The system's resolver.
    pub(crate) fn system() -> Self {
        Self::new(|host| {
            Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect::<Vec<_>>()) })
        })
    }

    pub(crate) fn new(lookup: impl Fn(String) -> Lookup + Send + Sync + 'static) -> Self {
        Self { lookup: Arc::new(lookup) }
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let lookup = (self.lookup)(host.clone());
        Box::pin(async move {
            let addresses = lookup.await?;
            all_public(&host, &addresses)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// One address that is not public spoils the answer: choosing among them would be the client's, not ours.
fn all_public(host: &str, addresses: &[SocketAddr]) -> Result<(), NotPublic> {
    for address in addresses {
        if let Some(purpose) = special_purpose(address.ip()) {
            return Err(NotPublic { host: host.to_owned(), address: address.ip(), purpose });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn refuses_the_name_that_changes_its_mind() {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = asked.clone();
        let resolver = PublicResolver::new(move |_| {
            let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
            let address = if first { "1.1.1.1:0" } else { "127.0.0.1:0" };
            Box::pin(async move { Ok(vec![address.parse().unwrap()]) })
        });
        let name = || "rebind.invalid".parse::<Name>().unwrap();
        let first: Vec<_> = resolver.resolve(name()).await.map(Iterator::collect).unwrap_or_default();
        assert_eq!(first, ["1.1.1.1:0".parse().unwrap()]);
        let Err(second) = resolver.resolve(name()).await else {
            panic!("the loopback address was let through")
        };
        assert!(second.downcast_ref::<NotPublic>().is_some(), "{second}");
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn one_private_address_among_public_ones_is_refused() {
        let addresses = ["1.1.1.1:0", "[2606:4700::1]:0", "[::ffff:10.0.0.1]:0"].map(|a| a.parse().unwrap());
        assert_eq!(all_public("a.invalid", &addresses[..2]), Ok(()));
        let refused = all_public("a.invalid", &addresses).unwrap_err();
        assert_eq!((refused.purpose, refused.host.as_str()), ("private", "a.invalid"));
    }
}
