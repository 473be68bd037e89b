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
fn an_author_is_a_name() {
    for (written, name) in [
        ("<author>b@e.example (B C)</author>", "B C"),
        ("<author>B C (b@e.example)</author>", "B C"),
        ("<author>B C &lt;b@e.example&gt;</author>", "B C"),
        ("<author>b@e.example</author>", "b@e.example"),
        ("<author>B (C)</author>", "B (C)"),
        ("<d:creator>B C (b@e.example)</d:creator>", "B C"),
        ("<a:author><a:email>b@e.example</a:email><a:name>B C</a:name></a:author>", "B C"),
        ("<a:author><a:uri>http://b.example/</a:uri><a:name>B C</a:name></a:author>", "B C"),
    ] {
        rss(written, OK, &json!({ "authors": [name] }));
    }
    rss("<a:author><a:uri>http://b.example/</a:uri></a:author>", OK, &json!({}));
}

#[test]
fn another_vocabulary_fills_what_the_feed_leaves_open() {
    let names = "xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:m='http://search.yahoo.com/mrss/'";
    let item = |text: &str| format!("<rss {names}><channel><item>{text}</item></channel></rss>");
    check(
        &item("<i:author>A</i:author><i:summary>s</i:summary><i:category text='C'/><i:title>T</i:title>"),
        OK,
        &json!([{ "title": "T", "authors": ["A"], "categories": ["C"], "summary": "s" }]),
    );
    check(
        &item("<i:author>A</i:author><author>B</author><m:title>M</m:title><title>T</title>"),
        OK,
        &json!([{ "title": "T", "authors": ["B"] }]),
    );
    check(
        &item(
            "<m:group><m:title>M</m:title><m:description>d</m:description></m:group><m:content><m:title>x</m:title></m:content>",
        ),
        OK,
        &json!([{ "title": "M", "summary": "d" }]),
    );
    check(&item("<guid>1</guid>").replace("<rss", "<rss xmlns='urn:unheard-of'"), OK, &json!([{ "id": "1" }]));
}

#[test]
fn every_entity_of_xhtml_is_known() {
    for (name, character) in [
        ("alpha", 'α'),
        ("Omega", 'Ω'),
        ("oelig", 'œ'),
        ("Scaron", 'Š'),
        ("fnof", 'ƒ'),
        ("euro", '€'),
        ("rsquo", '’'),
        ("hearts", '♥'),
        ("lang", '\u{2329}'),
        ("zwj", '\u{200d}'),
    ] {
        let expected = format!("a{character}b");
        rss(&format!("<title>a&{name};b</title>"), "ok 1 utf-8", &json!({ "title": expected }));
    }
}

#[test]
fn a_semicolon_may_be_lost() {
    for (written, expected) in [
        ("caf&eacute noir", "café noir"),
        ("caf&eacutes", "cafés"),
        ("c&oeligur", "c&oeligur"),
        ("&copy 2024", "© 2024"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("R&D", "R&D"),
        ("&notable", "&notable"),
    ] {
        rss(&format!("<title>{written}</title>"), "ok 1 utf-8", &json!({ "title": expected }));
    }
    let address = "http://e.example/?a=1&copy";
    rss(&format!("<link>{address}</link>"), "ok 1 utf-8", &json!({ "link": address }));
}

#[test]
fn base64_is_read_where_a_media_type_calls_for_it() {
    atom("<title type='application/octet-stream'>w4l0w6k=</title>", OK, &json!({ "title": "Été" }));
    atom("<title type='custom/kind'>test</title>", OK, &json!({ "title": "test" }));
    atom("<summary type='text/plain'>w4l0w6k=</summary>", OK, &json!({ "summary": "w4l0w6k=" }));
}

#[test]
fn only_the_first_element_makes_a_web_page() {
    let one = json!([{ "title": "1" }]);
    let feed = "<rss><channel><item><title>1</title></item></channel></rss>";
    check(&format!("<!DOCTYPE html>{feed}"), OK, &one);
    check(&feed[..feed.len() - 1], "ok 1 utf-8", &one);
    check("<!DOCTYPE html><title>x</title>", "html-instead", &json!([]));
    check("<!DOCTYPE html>", "html-instead", &json!([]));
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
    check_bytes(&document(&with("klingon"), b"e"), None, "ok 1 utf-8", &one("e"));
    check_bytes(&document(&with("koi8-r"), b"\xf2\xc1\xc4\xc9\xcf"), None, "ok 0 koi8-r", &one("Радио"));
    check_bytes(&document("\u{feff}<rss><channel><item><title>", "é".as_bytes()), None, OK, &one("é"));
    let text = String::from_utf8(document(bare, "été €".as_bytes())).unwrap();
    for (mark, big_endian, name) in
        [(true, true, "utf-16be"), (false, true, "utf-16be"), (true, false, "utf-16le"), (false, false, "utf-16le")]
    {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        let bytes: Vec<u8> =
            units.flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        check_bytes(&bytes, None, &format!("ok 0 {name}"), &one("été €"));
        let marked: String = mark.then_some('\u{feff}').into_iter().chain(text.chars()).collect();
        let units = marked.chars().map(u32::from);
        let bytes: Vec<u8> =
            units.flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        check_bytes(&bytes, None, &format!("ok 0 {}", name.replace("16", "32")), &one("été €"));
    }
    // EBCDIC, by the first letters of `<?xml`; its page has an `é` at 0x51.
    let ebcdic = b"\x4c\x6f\xa7\x94\x93\x6f\x6e\x4c\x99\xa2\xa2\x6e\x4c\x83\x88\x81\x95\x95\x85\x93\x6e\
        \x4c\x89\xa3\x85\x94\x6e\x4c\xa3\x89\xa3\x93\x85\x6e\x51\x4c\x61\xa3\x89\xa3\x93\x85\x6e\
        \x4c\x61\x89\xa3\x85\x94\x6e\x4c\x61\x83\x88\x81\x95\x95\x85\x93\x6e\x4c\x61\x99\xa2\xa2\x6e";
    check_bytes(ebcdic, None, "ok 0 cp037", &one("é"));
    // What is not UTF-8 for the most part, and reads well in another script, is not UTF-8 by chance.
    let japanese = "今年も地域の人々が集まって、新しい広場を作りました。".repeat(8);
    let (bytes, ..) = encoding_rs::EUC_JP.encode(&japanese);
    check_bytes(&document(bare, &bytes), None, "ok 1 euc-jp", &one(&japanese));
}
