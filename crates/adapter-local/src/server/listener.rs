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
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinSet,
};

/// A head that takes longer is not worth waiting for; nor is a connection on which nothing is asked.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest head, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;
const MOST_CONNECTIONS: usize = 256;
/// How long requests may take to end once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// A machine without free descriptors gets some back when connections end.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(100);

/// Answers every connection until `stop` is done, then lets the requests that run come to their end.
pub(super) async fn listen(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        while connections.try_join_next().is_some() {}
        let accept = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            listener.accept().await.map(|(stream, _)| (stream, place))
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
        let (router, stopped) = (router.clone(), stopped.clone());
        connections.spawn(async move {
            let _place = place;
            // An answer need not wait for more of it.
            let _ = stream.set_nodelay(true);
            converse(stream, router, stopped).await;
        });
    }
    stopping.send_replace(true);
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(LAST_REQUESTS, all).await;
    Ok(())
}

/// Answers what comes on one connection until it ends.
pub(super) async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    // How a connection broke off concerns its client alone.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
