//! Tiny servers on loopback, written byte by byte, that do what no decent server does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::ClientConfig;

/// What a server does with one connection, in order; then it closes it.
#[derive(Clone, Debug)]
pub(crate) enum Do {
    Send(Vec<u8>),
    Wait(u64),
    /// The same bytes every so many milliseconds, until the other side leaves or a minute is over.
    Drip(&'static [u8], u64),
    /// The same bytes as fast as they go, until the other side leaves.
    Pour(Vec<u8>),
    Hang,
}

/// A server on loopback and the requests it got.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server that answers by the path asked and by how many requests came before.
    pub(crate) async fn start(answer: impl Fn(&str, usize) -> Vec<Do> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let server = Self { address, requests };
        let (served, answer) = (server.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (served, answer) = (served.clone(), Arc::clone(&answer));
                tokio::spawn(async move { served.serve(connection, answer.as_ref()).await });
            }
        });
        server
    }

    async fn serve(&self, mut connection: TcpStream, answer: &(dyn Fn(&str, usize) -> Vec<Do> + Sync)) -> Option<()> {
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let mut buffer = [0; 1024];
            let length = connection.read(&mut buffer).await.ok().filter(|length| *length > 0)?;
            head.extend_from_slice(&buffer[..length]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1)?.to_owned();
        let deeds = if path == "/robots.txt" {
            let deeds = answer(&path, 0);
            if deeds.is_empty() { status("404 Not Found", "") } else { deeds }
        } else {
            let before = {
                let mut requests = self.requests.lock().unwrap();
                requests.push(head);
                requests.len() - 1
            };
            answer(&path, before)
        };
        for deed in deeds {
            match deed {
                Do::Send(bytes) => connection.write_all(&bytes).await.ok()?,
                Do::Wait(milliseconds) => sleep(Duration::from_millis(milliseconds)).await,
                Do::Drip(bytes, milliseconds) => {
                    for _ in 0..60_000 / milliseconds {
                        connection.write_all(bytes).await.ok()?;
                        sleep(Duration::from_millis(milliseconds)).await;
                    }
                }
                Do::Pour(bytes) => loop {
                    connection.write_all(&bytes).await.ok()?;
                },
                Do::Hang => sleep(Duration::from_mins(1)).await,
            }
        }
        connection.shutdown().await.ok()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Heads of the requests that came, robots.txt apart.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Paths of the requests that came, robots.txt apart.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.requests().iter().map(|head| head.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
    }

    /// The same, for servers that hang.
    pub(crate) fn hasty(&self) -> ClientConfig {
        ClientConfig { deadline: Duration::from_millis(800), ..self.config() }
    }

    /// A config without rests and repetitions that may ask this server.
    pub(crate) fn config(&self) -> ClientConfig {
        ClientConfig {
            pause: Duration::ZERO,
            deadline: Duration::from_secs(5),
            retries: 0,
            allow: vec![self.address.to_string()],
            ..ClientConfig::default()
        }
    }
}

/// A whole answer with a status and headers.
pub(crate) fn status(status: &str, headers: &str) -> Vec<Do> {
    vec![Do::Send(format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n").into_bytes())]
}

/// A whole answer with a body.
pub(crate) fn ok(headers: &str, body: impl AsRef<[u8]>) -> Vec<Do> {
    let body = body.as_ref();
    let length = body.len();
    let mut answer =
        format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    vec![Do::Send(answer)]
}

/// Bytes as they are.
pub(crate) fn raw(bytes: &str) -> Vec<Do> {
    vec![Do::Send(bytes.as_bytes().to_vec())]
}
