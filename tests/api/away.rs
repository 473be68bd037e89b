//! A base that goes away and comes back.

use super::*;
use crate::support::Scratch;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use std::{io, path::Path, time::Instant};
use tokio::{
    io::copy_bidirectional,
    net::{UnixListener, UnixStream},
    task::{JoinHandle, JoinSet},
};

const ASKED: [&str; 4] =
    ["/api/v1/changes", "/api/v1/actions?limit=2", "/api/v1/actions.ndjson", "/api/v1/actions.csv?q=soupe"];

/// Hands on to a server what comes in at a socket, until it is aborted.
fn stand_before(server: &Path, door: &Path) -> io::Result<JoinHandle<()>> {
    let _ = std::fs::remove_file(door);
    let (server, door) = (server.to_owned(), UnixListener::bind(door)?);
    Ok(tokio::spawn(async move {
        let mut callers = JoinSet::new();
        while let Ok((mut caller, _)) = door.accept().await {
            let mut served = UnixStream::connect(&server).await.unwrap();
            callers.spawn(async move { copy_bidirectional(&mut caller, &mut served).await });
        }
    }))
}

#[tokio::test]
async fn a_base_that_is_away_is_told_within_seconds_and_found_again() {
    let service = Service::with_three().await;
    let scratch = Scratch::new();
    let options: PgConnectOptions = service.database.url.parse().unwrap();
    let socket = format!(".s.PGSQL.{}", options.get_port());
    let (server, door) = (options.get_socket().unwrap().join(&socket), scratch.path().join(&socket));
    let opened = stand_before(&server, &door).unwrap();
    let url = options.socket(scratch.path()).to_url_lossy();
    let store = Store::connect(url.as_str()).await.unwrap().for_callers();
    let beyond = Service { router: api::router(state(&store, &service.search)), ..service };
    for address in ASKED {
        let well = beyond.get(address).await;
        assert_eq!(well.status, StatusCode::OK, "{address}: {}", well.text());
    }

    opened.abort();
    assert!(opened.await.unwrap_err().is_cancelled());
    std::fs::remove_file(&door).unwrap();
    // The third action was not asked for before: nothing in memory answers for it.
    for address in ["/api/v1/changes", "/api/v1/actions?limit=3", "/api/v1/actions.ndjson"] {
        let asked_at = Instant::now();
        let away = beyond.get(address).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{address}: {}", away.text());
        assert_eq!((&away.json()["code"], away.header(header::RETRY_AFTER)), (&"away".into(), "5"), "{address}");
        assert!(asked_at.elapsed() < Duration::from_secs(15), "{address}: {:?}", asked_at.elapsed());
    }

    let _opened = stand_before(&server, &door).unwrap();
    for address in ASKED {
        let well = beyond.get(address).await;
        assert_eq!(well.status, StatusCode::OK, "{address}: {}", well.text());
    }
}
