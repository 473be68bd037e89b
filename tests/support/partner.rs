//! A partner on loopback that answers what the test says, byte for byte; and the fair as a process.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::carrefour;

/// A small HTTP server whose answers can be changed while it runs.
#[derive(Clone)]
pub(crate) struct Partner {
    /// `127.0.0.1:PORT`, also for `--allow`.
    pub(crate) address: String,
    answers: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    waits: Arc<Mutex<HashMap<String, Duration>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Partner {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answers: Arc<Mutex<HashMap<String, Vec<u8>>>> = Arc::default();
        let partner = Self { address, answers, waits: Arc::default(), asked: Arc::default() };
        let ours = partner.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let ours = ours.clone();
                thread::spawn(move || ours.answer(&stream));
            }
        });
        partner
    }

    /// From now on, every path takes so long to answer.
    pub(crate) fn takes(&self, wait: Duration) {
        self.takes_at("", wait);
    }

    /// From now on, `path` takes so long to answer.
    pub(crate) fn takes_at(&self, path: &str, wait: Duration) {
        self.waits.lock().unwrap().insert(path.to_owned(), wait);
    }

    /// The paths asked for so far, robots.txt left out.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// An absolute address on this server.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on, `path` answers 200 with this body.
    pub(crate) fn answers(&self, path: &str, content_type: &str, body: &str) {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        self.says(path, [head.as_bytes(), body.as_bytes()].concat());
    }

    /// From now on, `path` answers these very bytes, then closes.
    pub(crate) fn says(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.answers.lock().unwrap().insert(path.to_owned(), bytes.into());
    }

    fn answer(&self, mut stream: &TcpStream) {
        drop(stream.set_read_timeout(Some(Duration::from_secs(5))));
        let mut reader = BufReader::new(stream);
        let mut first = String::new();
        if reader.read_line(&mut first).is_err() {
            return;
        }
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            line.clear();
        }
        let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
        if path != "/robots.txt" {
            self.asked.lock().unwrap().push(path.clone());
            let wait = {
                let waits = self.waits.lock().unwrap();
                waits.get(&path).or_else(|| waits.get("")).copied().unwrap_or_default()
            };
            thread::sleep(wait);
        }
        let missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
        let bytes = self.answers.lock().unwrap().get(&path).cloned().unwrap_or(missing);
        drop(stream.write_all(&bytes));
    }
}

/// The fair, as its own process, with a config folder for it.
pub(crate) struct Fair {
    process: Child,
    /// `127.0.0.1:PORT`, for `--allow`.
    pub(crate) address: String,
}

impl Fair {
    pub(crate) fn open(configs: &Path, arguments: &[&str]) -> Self {
        let mut process = carrefour()
            .args(["fair", "--listen", "127.0.0.1:0", "--configs-out"])
            .arg(configs)
            .args(arguments)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        let address = line.trim().rsplit("http://").next().unwrap().to_owned();
        // Whatever else it says is read, so that it never waits for us.
        thread::spawn(move || told.read_to_end(&mut Vec::new()));
        Self { process, address }
    }
}

impl Drop for Fair {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
