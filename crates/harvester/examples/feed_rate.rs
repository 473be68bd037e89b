//! How fast a feed becomes raw records, beside quick-xml alone over the same file.
//!
//! `cargo run --release -p harvester --example feed_rate [ITEMS] [SENTENCES]` writes a feed of so many
//! items (100,000 unless said), each with an article of so many sentences (16), to a temporary file
//! and prints both rates and their ratio.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::time::Instant;

use harvester::{Page, protocol};
use model::config::Document;
use quick_xml::events::Event;

const CONFIG: &str = "[harvest.feed]\nstart = \"http://127.0.0.1/feed.xml\"\n";
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = |place, usual| std::env::args().nth(place).map_or(Ok(usual), |written| written.parse());
    let (items, sentences): (usize, usize) = (argument(1, 100_000)?, argument(2, 16)?);
    let file = write_feed(items, sentences)?;
    let mut best = (0.0_f64, 0.0_f64);
    // The sides take turns, so that a busy machine slows both.
    for _ in 0..ROUNDS {
        best.0 = best.0.max(rate(items, || records(&file))?);
        best.1 = best.1.max(rate(items, || events(&file))?);
    }
    let (ours, bare) = best;
    println!("raw records      {ours:>10.0} items/s");
    println!("quick-xml alone  {bare:>10.0} items/s");
    println!("ratio            {:>10.2}", ours / bare);
    Ok(())
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn write_feed(items: usize, sentences: usize) -> std::io::Result<File> {
    let mut to = BufWriter::new(tempfile::tempfile()?);
    writeln!(to, "<?xml version=\"1.0\" encoding=\"utf-8\"?>")?;
    writeln!(
        to,
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Actions</title>"
    )?;
    let article = "<p>Une fois par mois, l'assemblée des bénévoles choisit les fournisseurs et fixe les prix.</p> "
        .repeat(sentences);
    for item in 0..items {
        writeln!(
            to,
            "<item><title>Épicerie solidaire n° {item}</title><link>http://127.0.0.1/action/{item}</link>\
             <guid isPermaLink=\"false\">action-{item}</guid><pubDate>Tue, 03 Mar 2015 10:{:02}:00 +0100</pubDate>\
             <dc:creator>Centre social</dc:creator><category>Alimentation</category><category>Insertion</category>\
             <description>&lt;p&gt;Les habitants du quartier tiennent la boutique à tour de rôle, achètent aux \
             maraîchers voisins et cuisinent ensemble ce qui reste en fin de semaine.&lt;/p&gt;</description>\
             <content:encoded><![CDATA[{article}]]></content:encoded></item>",
            item % 60
        )?;
    }
    writeln!(to, "</channel></rss>")?;
    to.into_inner().map_err(std::io::IntoInnerError::into_error)
}

#[expect(clippy::cast_precision_loss, reason = "a count of items is small")]
fn rate(items: usize, read: impl Fn() -> Outcome<usize>) -> Outcome<f64> {
    let start = Instant::now();
    let count = read()?;
    let elapsed = start.elapsed();
    assert_eq!(count, items, "every item is read");
    Ok(items as f64 / elapsed.as_secs_f64())
}

fn records(file: &File) -> Outcome<usize> {
    let config = Document::parse("bench.toml", CONFIG);
    let protocol = protocol(&mut config.reader()).ok_or("the config is sound")?;
    let mut file = file.try_clone()?;
    file.rewind()?;
    let request = protocol.start(None);
    let page =
        Page { request: &request, url: &request.url, content_type: None, link: &[], body: &mut BufReader::new(file) };
    let mut count = 0;
    protocol.read(page, &mut |record| count += usize::from(record.key.is_some()))?;
    Ok(count)
}

fn events(file: &File) -> Outcome<usize> {
    let mut file = file.try_clone()?;
    file.rewind()?;
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(file));
    let mut buffer = Vec::new();
    let mut count = 0;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) => count += usize::from(element.name().0 == "item"),
            Event::Eof => return Ok(count),
            _ => {}
        }
    }
}
