//! Lines in the order of their bytes, however many, in bounded memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Lines, Seek, Write};

/// Bytes of lines that are sorted in memory; the rest waits in files that have no name.
const HELD: usize = 32 << 20;

/// Lines that are put in any order and come out sorted.
pub(crate) struct Sorted {
    most: usize,
    held: Vec<String>,
    bytes: usize,
    runs: Vec<File>,
}

impl Default for Sorted {
    fn default() -> Self {
        Self::holding(HELD)
    }
}

impl Sorted {
    fn holding(most: usize) -> Self {
        Self { most, held: Vec::new(), bytes: 0, runs: Vec::new() }
    }

    /// Takes a line, without its end.
    pub(crate) fn put(&mut self, line: String) -> io::Result<()> {
        self.bytes += line.len();
        self.held.push(line);
        if self.bytes > self.most { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        let mut run = BufWriter::new(tempfile::tempfile()?);
        for line in self.held.drain(..) {
            writeln!(run, "{line}")?;
        }
        let mut file = run.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        self.bytes = 0;
        Ok(())
    }

    /// Writes all lines, sorted.
    pub(crate) fn write(mut self, output: &mut impl Write) -> io::Result<()> {
        self.held.sort_unstable();
        let mut runs: Vec<Run> = self.runs.into_iter().map(|run| Run::File(BufReader::new(run).lines())).collect();
        runs.push(Run::Held(self.held.into_iter()));
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for (at, run) in runs.iter_mut().enumerate() {
            if let Some(line) = run.next()? {
                heads.push(Reverse((line, at)));
            }
        }
        while let Some(Reverse((line, at))) = heads.pop() {
            writeln!(output, "{line}")?;
            if let Some(line) = runs[at].next()? {
                heads.push(Reverse((line, at)));
            }
        }
        Ok(())
    }
}

/// Sorted lines, where they lie.
enum Run {
    File(Lines<BufReader<File>>),
    Held(std::vec::IntoIter<String>),
}

impl Run {
    fn next(&mut self) -> io::Result<Option<String>> {
        match self {
            Self::File(lines) => lines.next().transpose(),
            Self::Held(lines) => Ok(lines.next()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_in_the_order_of_their_bytes_however_little_fits() {
        let lines = ["é", "b", "a", "ab", "", "Z", "a"];
        for most in [0, 2, 5, 100] {
            let mut sorted = Sorted::holding(most);
            for line in lines {
                sorted.put(line.to_owned()).unwrap();
            }
            let mut output = Vec::new();
            sorted.write(&mut output).unwrap();
            assert_eq!(String::from_utf8(output).unwrap(), "\nZ\na\na\nab\nb\né\n", "{most} bytes held");
        }
    }
}
