use std::time::{Duration, Instant};

use super::*;

const SETTING: Setting<'static> = Setting { language: Some("fr"), below: 2, table: "Tableau" };

fn shown(html: &str) -> String {
    marked_up(Some(html), "texte", SETTING).to_string()
}

#[track_caller]
fn check(html: &str, expected: &str) {
    assert_eq!(shown(html), expected, "{html}");
}

/// Whether markup holds nothing but tags of our list, with no attribute but those that we write; also
/// when the gate before the cleaner lets it through.
#[track_caller]
fn check_inert(html: &str) {
    for shown in [shown(html), finish::finish(&clean(html), SETTING)] {
        check_tags(html, &shown);
    }
}

#[track_caller]
fn check_tags(html: &str, shown: &str) {
    let mut rest = shown;
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let name = name.trim_start_matches('/');
        assert!(SHOWN.contains(&name) || name == "ul" || name == "div", "{html} gave {shown}");
        let ours = attributes.is_empty()
            || attributes == "rel=\"nofollow noopener ugc\""
            || attributes.starts_with("href=\"http") && !attributes.contains('@')
            || attributes.starts_with("href=\"mailto:")
            || attributes == "class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Tableau\"";
        assert!(ours, "{html} gave {shown}");
        rest = &rest[end..];
    }
}

#[test]
fn nothing_that_acts_is_shown() {
    for hostile in [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<p onclick=\"alert(1)\" style=\"position:fixed\" class=\"button\" id=\"main\">a</p>",
        "<svg onload=alert(1)><circle/></svg>",
        "<svg><a xlink:href=\"javascript:alert(1)\"><text>a</text></a></svg>",
        "<a href=\"javascript:alert(1)\">a</a>",
        "<a href=\"JaVaScRiPt:alert(1)\">a</a>",
        "<a href=\" javascript:alert(1)\">a</a>",
        "<a href=\"java\tscript:alert(1)\">a</a>",
        "<a href=\"java\nscript:alert(1)\">a</a>",
        "<a href=\"java\u{0}script:alert(1)\">a</a>",
        "<a href=\"\u{1}javascript:alert(1)\">a</a>",
        "<a href=\"&#106;avascript:alert(1)\">a</a>",
        "<a href=\"&#x6A;&#x61;vascript&colon;alert(1)\">a</a>",
        "<a href=\"javascript&Tab;:alert(1)\">a</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">a</a>",
        "<a href=\"vbscript:msgbox(1)\">a</a>",
        "<a href=\"//evil.example/\">a</a>",
        "<a href=\"/desk/undo\">a</a>",
        "<a href=\"#main\" target=\"_top\">a</a>",
        "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
        "<object data=\"x\"></object><embed src=\"x\">",
        "<form action=\"//evil.example/\"><input name=q><button>ok</button></form>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<math><mi><style><img src=x onerror=alert(1)></style></mi></math>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<template><img src=x onerror=alert(1)></template>",
        "<textarea></textarea><img src=x onerror=alert(1)>",
        "<title></title><svg onload=alert(1)>",
        "<table><tr><td><a href=\"https://a.fr/\" onmouseover=\"x()\">a</a></td></tr></table>",
        "<base href=\"//evil.example/\"><meta http-equiv=refresh content=\"0;url=//evil.example/\">",
        "<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>",
        "<a href=\"https://a.fr/&quot;onmouseover=&quot;alert(1)\">a</a>",
        "<a href=\"https://banque.fr@evil.example/\">a</a>",
        "<h1 id=x>a</h1><h9>b</h9>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<p>a</p><!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<xmp><img src=x onerror=alert(1)></xmp><plaintext><img src=x onerror=alert(1)>",
        "<b><svg><b><img src=x onerror=alert(1)>",
    ] {
        check_inert(hostile);
    }
}

#[test]
fn words_lists_and_links_are_shown() {
    check("<p>Un <b>café</b> : oui !</p>", "<p>Un <b>café</b>\u{a0}: oui\u{a0}!</p>");
    check("<ul><li>80 % du quartier</li><li></li></ul>", "<ul><li>80\u{a0}% du quartier</li></ul>");
    check(
        "<a href=\"https://a.fr/?b=1&amp;c=2 ;\" title=\"x\">a</a>",
        "<a href=\"https://a.fr/?b=1&amp;c=2 ;\" rel=\"nofollow noopener ugc\">a</a>",
    );
    check(
        "<a href=\"mailto:accueil@a.fr\">a</a>",
        "<a href=\"mailto:accueil@a.fr\" rel=\"nofollow noopener ugc\">a</a>",
    );
    check("<p>a<br><br></p><p>&nbsp;</p><p><span style=\"color:red\">b</span></p>", "<p>a<br><br></p><p>b</p>");
    check("<div><section>a</section></div>", "a");
    check("<img src=x>", "<p>texte</p>");
    check("", "<p>texte</p>");
}

#[test]
fn headings_stand_below_ours_and_skip_no_level() {
    check("<h1>a</h1><h2>b</h2><h1>c</h1>", "<h3>a</h3><h4>b</h4><h3>c</h3>");
    check("<h4>a</h4><h6>b</h6><h2>c</h2>", "<h3>a</h3><h4>b</h4><h3>c</h3>");
    check("<h3>a</h3><h2> </h2><h3><br></h3><p>b</p>", "<h3>a</h3><p>b</p>");
    check("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5>", "<h3>a</h3><h4>b</h4><h5>c</h5><h6>d</h6><h6>e</h6>");
}

#[test]
fn a_wide_table_scrolls_by_keyboard() {
    let shown = shown("<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>");
    assert_eq!(shown.matches("<div class=\"scroll\"").count(), 1, "{shown}");
    assert!(shown.ends_with("</table></div>"), "{shown}");
}

#[test]
fn what_is_shown_does_not_change_when_it_is_shown_again() {
    let once = clean("<p>a <b>b<i>c</b>d</i> <a href=\"https://a.fr/\">e</a></p><table><tr><td>f</td></tr></table>");
    assert_eq!(clean(&once), once);
}

#[test]
fn endless_markup_is_shown_as_its_text_in_no_time() {
    let began = Instant::now();
    for endless in [
        "<div>".repeat(100_000),
        "<div></x>".repeat(50_000),
        "<p><b></p>".repeat(25_000),
        "<a href=x>".repeat(25_000),
        format!("<p {}>", "a=b ".repeat(60_000)),
        format!("{}{}", "<b>".repeat(90), "<p>x</p>".repeat(30_000)),
        format!("<table>{}</table>", "<p>x</p>".repeat(30_000)),
        format!("<div><table><tr><td></div></td></tr>{}", "<p>x</p>".repeat(30_000)),
    ] {
        assert_eq!(shown(&endless), "<p>texte</p>");
    }
    for long in ["<p>x</p>".repeat(30_000), "<".repeat(200_000)] {
        check_tags(&long[..20], &shown(&long));
    }
    // Two seconds of a debug build; the work that the gate keeps away would take minutes.
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
}

#[test]
fn data_cannot_end_its_script() {
    let hostile = serde_json::json!({ "name": "</script><script>alert(1)</script><!-- &amp;" });
    let written = json_data(&hostile).to_string();
    assert!(!written.contains(['<', '>', '&']), "{written}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), hostile);
}
