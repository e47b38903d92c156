//! Connections: few enough to be served, and none for ever.

use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
};

use super::taken::Taken;

/// A head that takes longer is not worth waiting for; nor is a connection on which nothing is asked.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest head, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;
/// How long requests may take to end once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// A machine without free descriptors gets some back when connections end.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(100);

/// Answers every connection, as many at once as there are places, until `stop` is done; then lets the requests that run
/// come to their end.
pub(super) async fn listen(
    listener: TcpListener,
    router: Router,
    places: usize,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(places));
    let (leave, _) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        while connections.try_join_next().is_some() {}
        let accept = async {
            let (stream, _) = listener.accept().await?;
            if places.available_permits() == 0 {
                // Somebody waits: a connection on which nothing is asked just now is not worth a place.
                leave.send_replace(());
            }
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            Ok::<(TcpStream, _), io::Error>((stream, place))
        };
        let (stream, place) = tokio::select! {
            () = &mut stop => break,
            accepted = accept => match accepted {
                Ok(accepted) => accepted,
                Err(_) => {
                    tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
                    continue;
                }
            },
        };
        let (router, leaving) = (router.clone(), leave.subscribe());
        connections.spawn(async move {
            let _place = place;
            // An answer need not wait for more of it.
            let _ = stream.set_nodelay(true);
            converse(stream, router, leaving).await;
        });
    }
    leave.send_replace(());
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(LAST_REQUESTS, all).await;
    Ok(())
}

/// Answers what comes on one connection until it ends, or the request that runs when `leaving` changes has its answer.
pub(super) async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    router: Router,
    mut leaving: watch::Receiver<()>,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .half_close(true) // who has said it all still hears the answer
        .max_headers(MOST_HEADERS)
        .max_header_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Taken::new(stream)), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    // How a connection broke off concerns its client alone.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = leaving.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
