//! A server as a process of its own: ours, or the anchor.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Connection, request};
use crate::clock::Process;

/// Ends with this value.
pub(crate) struct Serving {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    pub(crate) began: Instant,
}

impl Serving {
    /// Starts a command that tells `... http://ADDRESS` in a line of its errors.
    pub(crate) fn start(command: &mut Command) -> Self {
        let began = Instant::now();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the server starts");
        let mut told = BufReader::new(child.stderr.take().expect("its errors are read here"));
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            let read = told.read_line(&mut line).expect("what a server says is text");
            assert!(read > 0, "the server ended: {said}");
            if let Some((_, address)) = line.trim().rsplit_once("http://") {
                break address.to_owned();
            }
            said += &line;
        };
        // Whatever else it says is read, so that it never waits for us.
        thread::spawn(move || told.read_to_end(&mut Vec::new()));
        Self { child, address, began }
    }

    /// Waits until it says that it is ready.
    pub(crate) fn ready(&self) -> Duration {
        let ask = request(&self.address, "/api/v1/health/ready", "");
        let mut connection = Connection::open(&self.address);
        while connection.ask(&ask).status != 200 {
            thread::sleep(Duration::from_millis(20));
        }
        self.began.elapsed()
    }

    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
