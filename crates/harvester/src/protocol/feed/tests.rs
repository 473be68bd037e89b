use serde_json::{Value, json};

use super::super::samples::{outcome, read};

const FEED: &str = "[harvest.feed]\nstart = \"https://e.example/dir/list\"\n";

#[track_caller]
fn check_bytes(document: &[u8], content_type: Option<&str>, end: &str, expected: &Value) {
    let (records, result) = read(FEED, None, content_type, &[], document);
    let payloads: Vec<Value> = records.iter().map(|record| record.payload.to_value()).collect();
    assert_eq!((outcome(&result).as_str(), &json!(payloads)), (end, expected), "{result:?}");
}

#[track_caller]
fn check(document: &str, end: &str, expected: &Value) {
    check_bytes(document.as_bytes(), None, end, expected);
}

/// The payload of one RSS item.
#[track_caller]
fn rss(item: &str, end: &str, expected: &Value) {
    let names = "xmlns:c='http://purl.org/rss/1.0/modules/content/' xmlns:d='http://purl.org/dc/elements/1.1/' \
                 xmlns:a='http://www.w3.org/2005/Atom' xmlns:t='http://purl.org/dc/terms/'";
    check(&format!("<rss {names}><channel><item>{item}</item></channel></rss>"), end, &json!([expected]));
}

/// The payload of one Atom entry.
#[track_caller]
fn atom(entry: &str, end: &str, expected: &Value) {
    let document = format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry>{entry}</entry></feed>");
    check(&document, end, &json!([expected]));
}

const OK: &str = "ok 0 utf-8";

#[test]
fn every_version_of_rss_and_atom_is_read() {
    let one = json!([{ "title": "Un", "link": "https://e.example/1" }]);
    let item = "<item><title>Un</title><link>https://e.example/1</link></item>";
    check(&format!("<rss><channel>{item}</channel></rss>"), OK, &one);
    check(&format!("<rss version='0.91'><channel>{item}</channel></rss>"), OK, &one);
    check(
        &format!("<rss version='2.0' xmlns='http://backend.userland.com/rss2'><channel>{item}</channel></rss>"),
        OK,
        &one,
    );
    let rdf = "xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'";
    check(&format!("<r:RDF {rdf} xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel/>{item}</r:RDF>"), OK, &one);
    check(
        &format!(
            "<r:RDF {rdf} xmlns='http://purl.org/rss/1.0/'><channel r:about='x'><title>C</title></channel>\
             <item r:about='urn:1'><title>Un</title><link>https://e.example/1</link></item></r:RDF>"
        ),
        OK,
        &json!([{ "id": "urn:1", "title": "Un", "link": "https://e.example/1" }]),
    );
    check(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped'>Un &amp;eacute;</title>\
         <issued>2004-01-02T03:04:05Z</issued><modified>2004-02</modified>\
         <content type='text/html' mode='base64'>PGI+YzwvYj4=</content></entry></feed>",
        OK,
        &json!([{ "title": "Un &eacute;", "published": "2004-01-02T03:04:05Z", "updated": "2004-02-01T00:00:00Z",
                  "content": "<b>c</b>" }]),
    );
    check("<rss><channel/></rss>", OK, &json!([]));
}

#[test]
fn an_item_says_who_what_when_and_where() {
    rss(
        "<title>T</title><description>&lt;b&gt;x&lt;/b&gt;</description><c:encoded><![CDATA[<p>y</p>]]></c:encoded>\
         <pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate><d:date>2005</d:date><d:creator>A</d:creator>\
         <author>b@e.example (B)</author><category>un, deux</category><d:subject>trois</d:subject>\
         <enclosure url='m.mp3' type='audio/mpeg' length='12'/><d:language>fr</d:language>\
         <source url='x'>S</source><guid>https://e.example/1</guid>",
        OK,
        &json!({ "id": "https://e.example/1", "title": "T", "link": "https://e.example/1",
                 "published": "2004-01-01T19:48:21Z", "updated": "2005-01-01T00:00:00Z", "authors": ["A", "B"],
                 "categories": ["un, deux", "trois"], "summary": "<b>x</b>", "content": "<p>y</p>", "language": "fr",
                 "enclosures": [{ "url": "https://e.example/dir/m.mp3", "type": "audio/mpeg", "length": 12 }] }),
    );
    rss("<guid isPermaLink='false'>https://e.example/1</guid>", OK, &json!({ "id": "https://e.example/1" }));
    rss("<guid isPermaLink='true'>1</guid>", OK, &json!({ "id": "1", "link": "https://e.example/dir/1" }));
    rss("<guid>1</guid><link> ../a </link>", OK, &json!({ "id": "1", "link": "https://e.example/a" }));
    rss("<a:link rel='self' href='/s'/><a:link href='/p'/>", OK, &json!({ "link": "https://e.example/p" }));
    rss(
        "<t:issued>2004</t:issued><t:modified>2005</t:modified>",
        OK,
        &json!({
        "published": "2004-01-01T00:00:00Z", "updated": "2005-01-01T00:00:00Z" }),
    );
    rss("<image><title>I</title></image><d:title>T</d:title>", OK, &json!({ "title": "T" }));
    rss("<pubDate>demain</pubDate>", OK, &json!({}));
    atom(
        "<id>urn:1</id><title type='html'>a &amp;lt; b</title><link rel='alternate' type='text/html' href='p'/>\
         <author><name>A</name><email>a@e.example</email></author><category term='t' label='L'/><category term='u'/>\
         <published>2004-01-02</published><updated>2004-01-03</updated><summary>s</summary>\
         <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>a &amp; b<br/></p></div></content>",
        OK,
        &json!({ "id": "urn:1", "title": "a &lt; b", "link": "https://e.example/dir/p",
                 "published": "2004-01-02T00:00:00Z", "updated": "2004-01-03T00:00:00Z", "authors": ["A"],
                 "categories": ["L", "u"], "summary": "s", "content": "<p>a &amp; b<br /></p>" }),
    );
    atom("<link xml:base='http://b.example/x/' href='y'/>", OK, &json!({ "link": "http://b.example/x/y" }));
}

#[test]
fn damage_is_mended_and_counted() {
    rss("<title>l&rsquo;&eacute;t&eacute; &#146;x&#x2019;</title>", "ok 3 utf-8", &json!({ "title": "l’été ’x’" }));
    rss("<title>a & b &inconnu; c</title>", "ok 2 utf-8", &json!({ "title": "a & b &inconnu; c" }));
    rss("<link>http://e.example/?a=1&b=2</link>", "ok 1 utf-8", &json!({ "link": "http://e.example/?a=1&b=2" }));
    rss("<description>a<b><i>x</b></i></description>", "ok 2 utf-8", &json!({ "summary": "a<b><i>x</i></b>" }));
    rss("<title>T<guid>1</guid>", "ok 1 utf-8", &json!({ "id": "1", "title": "T" }));
    rss("<title>a < b</title><guid>1</guid>", "ok 1 utf-8", &json!({ "id": "1", "title": "a < b" }));
    rss("<title>a\u{1}b&#2;</title>", "ok 2 utf-8", &json!({ "title": "ab" }));
    rss("<x:y>1</x:y><title>T</title>", "ok 1 utf-8", &json!({ "title": "T" }));
    check(
        "<rss><channel><item><title>1</title><item><title>2</title></item></channel></rss>",
        "ok 1 utf-8",
        &json!([{ "title": "1" }, { "title": "2" }]),
    );
    check("junk <rss><channel/></rss> more <p>x</p>", "ok 1 utf-8", &json!([]));
}

#[test]
fn what_is_no_feed_or_no_whole_feed_is_told() {
    let whole = "<rss><channel><item><title>1</title></item>";
    let one = json!([{ "title": "1" }]);
    for cut in ["", "<item><title>2", "<item><title>2</title></item", "</channel>", "<!-- ", "</chan"] {
        check(&format!("{whole}{cut}"), "truncated", &one);
    }
    let none = json!([]);
    check("", "empty-body", &none);
    check(" \n", "empty-body", &none);
    check("<!DOCTYPE html><html><body>maintenance</body></html>", "html-instead", &none);
    check("<html><p>x</html>", "html-instead", &none);
    check("{\"a\": 1}", "malformed", &none);
    check("<opml><body/></opml>", "malformed", &none);
    check(&format!("<rss>{}", "<a>".repeat(100_000)), "malformed", &none);
}

#[test]
fn entities_of_the_document_stay_small() {
    let dtd = "<!DOCTYPE rss [<!ENTITY n \"nom\"><!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">\
               <!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let document = format!("{dtd}<rss><channel><item><title>&n; &b; &x;</title></item></channel></rss>");
    check(&document, "ok 1 utf-8", &json!([{ "title": "nom &a;&a;&a; &x;" }]));
}

#[test]
fn bytes_weigh_more_than_labels() {
    let one = |text: &str| json!([{ "title": text }]);
    let with = |encoding: &str| format!("<?xml version='1.0' encoding='{encoding}'?><rss><channel><item><title>");
    let tail = b"</title></item></channel></rss>";
    let document = |head: &str, text: &[u8]| [head.as_bytes(), text, tail].concat();
    let bare = "<rss><channel><item><title>";
    check_bytes(&document(&with("iso-8859-1"), "é".as_bytes()), None, OK, &one("é"));
    check_bytes(&document(&with("iso-8859-1"), b"\xe9 \x80"), None, "ok 0 windows-1252", &one("é €"));
    check_bytes(&document(&with("utf-8"), b"\xe9t\xe9"), None, "ok 1 windows-1252", &one("été"));
    check_bytes(&document(&with("utf-8"), b"\xc3\xa9t\xe9"), None, "ok 1 utf-8", &one("été"));
    check_bytes(&document(bare, b"\xe9t\xe9"), Some("text/xml; charset=iso-8859-1"), "ok 0 windows-1252", &one("été"));
    check_bytes(&document(bare, "é".as_bytes()), Some("text/xml"), OK, &one("é"));
    check_bytes(&document(&with("ibm850"), b"\x82"), None, "ok 0 ibm850", &one("é"));
    check_bytes(&document(&with("koi8-r"), b"\xc1"), Some("text/xml; charset=utf-8"), "ok 1 koi8-r", &one("а"));
    check_bytes(&document("\u{feff}<rss><channel><item><title>", "é".as_bytes()), None, OK, &one("é"));
    let text = String::from_utf8(document(bare, "été €".as_bytes())).unwrap();
    for (mark, big_endian, name) in
        [(true, true, "utf-16be"), (false, true, "utf-16be"), (true, false, "utf-16le"), (false, false, "utf-16le")]
    {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        let bytes: Vec<u8> =
            units.flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        check_bytes(&bytes, None, &format!("ok 0 {name}"), &one("été €"));
    }
}
