//! A small HTTP/1.1 client on kept connections, and a bounded loop of it.
//!
//! It does as little as it can, for it shares the machine with whom it measures: a request is bytes
//! made beforehand, an answer is read and forgotten.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::clock::Series;

/// Bytes of a GET.
pub(crate) fn request(host: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").into_bytes()
}

/// One kept connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// What came back; its bytes are in the connection's buffer until the next one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where the body begins and ends.
    body: (usize, usize),
}

impl Connection {
    pub(crate) fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket takes its options");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a socket takes its options");
        Self { stream, buffer: vec![0; 1 << 20], filled: 0 }
    }

    /// Asks, and reads the whole answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Answer {
        self.send(request);
        self.receive()
    }

    pub(crate) fn send(&mut self, request: &[u8]) {
        self.stream.write_all(request).expect("the server takes a request");
    }

    pub(crate) fn receive(&mut self) -> Answer {
        self.filled = 0;
        let head = loop {
            if let Some(end) = find(&self.buffer[..self.filled], b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more();
        };
        let lines = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let status = lines.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
        let length = lines.lines().find_map(|line| line.strip_prefix("content-length:")).map(str::trim);
        if status == 304 || length.is_none() && !lines.contains("transfer-encoding: chunked") {
            return Answer { status, body: (head, head) };
        }
        let end = match length {
            Some(length) => head + length.parse::<usize>().expect("a length is a number"),
            None => 0,
        };
        // In chunks, the last one is empty; what is compressed does not hold these bytes by chance alone.
        while if end > 0 { self.filled < end } else { !self.buffer[..self.filled].ends_with(b"\r\n0\r\n\r\n") } {
            self.read_more();
        }
        Answer { status, body: (head, if end > 0 { end } else { self.filled }) }
    }

    /// The body of the last answer, with the signs between its chunks.
    pub(crate) fn body(&self, answer: Answer) -> &[u8] {
        &self.buffer[answer.body.0..answer.body.1]
    }

    /// A header of the last answer.
    pub(crate) fn header(&self, answer: Answer, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(&self.buffer[..answer.body.0]).into_owned();
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    }

    fn read_more(&mut self) {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.stream.read(&mut self.buffer[self.filled..]).expect("the server answers within a minute");
        assert!(read > 0, "the server closed the connection");
        self.filled += read;
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr_pairs(bytes).find(|place| bytes[*place..].starts_with(wanted))
}

/// Places of line ends.
fn memchr_pairs(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\r').map(|(place, _)| place)
}

/// Threads of the loop, and connections of each.
const THREADS: usize = 2;
const CONNECTIONS: usize = 8;

/// What a loop did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Load {
    /// From the request's last byte to the answer's.
    pub(crate) series: Series,
    pub(crate) wall: Duration,
    /// Answers with another status than the one expected.
    pub(crate) wrong: usize,
}

impl Load {
    /// Asks for so long, over connections that are kept: a thread asks on all of its own, then
    /// reads all answers.
    pub(crate) fn run(
        &mut self,
        address: &str,
        requests: &[Vec<u8>],
        expected: u16,
        lasts: Duration,
        next: &AtomicUsize,
    ) {
        let began = Instant::now();
        let one = || {
            let mut connections: Vec<Connection> = (0..CONNECTIONS).map(|_| Connection::open(address)).collect();
            let (mut series, mut wrong) = (Series::default(), 0);
            while began.elapsed() < lasts {
                let mut sent = [began; CONNECTIONS];
                for (connection, sent) in connections.iter_mut().zip(&mut sent) {
                    let request = &requests[next.fetch_add(1, Ordering::Relaxed) % requests.len()];
                    connection.send(request);
                    *sent = Instant::now();
                }
                for (connection, sent) in connections.iter_mut().zip(sent) {
                    wrong += usize::from(connection.receive().status != expected);
                    series.walls.push(sent.elapsed());
                }
            }
            (series, wrong)
        };
        let done: Vec<(Series, usize)> = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().expect("the loop ends")).collect()
        });
        for (series, wrong) in done {
            self.series.join(series);
            self.wrong += wrong;
        }
        self.wall += began.elapsed();
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.series.walls.len()).unwrap_or(u32::MAX)) / self.wall.as_secs_f64().max(1e-9)
    }
}
