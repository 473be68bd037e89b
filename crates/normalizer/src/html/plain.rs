//! From tags to plain text: paragraphs apart by an empty line, list items behind "- ".

/// Writes the text of HTML as it is told what opens, what closes and what stands between.
#[derive(Debug, Default)]
pub(crate) struct TextWriter {
    text: String,
    /// Line ends owed before the next word: 0, 1 or 2.
    owed: u8,
    /// A blank is owed before the next word.
    blank: bool,
    /// The next word begins a list item, at this depth.
    item: bool,
    lists: usize,
    preformatted: usize,
}

impl TextWriter {
    /// An element opens.
    pub(crate) fn open(&mut self, name: &str) {
        match name {
            "br" => self.line(),
            "li" => {
                self.end_line(1);
                self.item = true;
            }
            "ul" | "ol" => {
                self.end_line(if self.lists == 0 { 2 } else { 1 });
                self.lists += 1;
            }
            "td" | "th" => self.blank = true,
            "tr" | "dt" | "dd" => self.end_line(1),
            "pre" => {
                self.end_line(2);
                self.preformatted += 1;
            }
            _ if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    /// An element closes.
    pub(crate) fn close(&mut self, name: &str) {
        match name {
            "ul" | "ol" => {
                self.lists = self.lists.saturating_sub(1);
                self.end_line(if self.lists == 0 { 2 } else { 1 });
            }
            "li" => {
                self.item = false;
                self.end_line(1);
            }
            "td" | "th" => self.blank = true,
            "tr" | "dt" | "dd" => self.end_line(1),
            "pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.end_line(2);
            }
            _ if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    /// Text, with its character references decoded.
    pub(crate) fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            for (index, line) in text.split('\n').enumerate() {
                if index > 0 {
                    self.line();
                }
                self.words(line);
            }
        } else {
            self.words(text);
        }
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn words(&mut self, text: &str) {
        let collapsible = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
        if text.starts_with(collapsible) {
            self.blank = true;
        }
        for word in text.split(collapsible).filter(|word| !word.is_empty()) {
            self.separate();
            self.text.push_str(word);
            self.blank = true;
        }
        self.blank = text.ends_with(collapsible) || (self.blank && text.trim_matches(collapsible).is_empty());
    }

    /// Pays what is owed before a word.
    fn separate(&mut self) {
        if !self.text.is_empty() {
            match self.owed {
                0 if self.blank => self.text.push(' '),
                0 => {}
                1 => self.text.push('\n'),
                _ => self.text.push_str("\n\n"),
            }
        }
        self.owed = 0;
        if self.item {
            self.text.extend(std::iter::repeat_n("  ", self.lists.saturating_sub(1)));
            self.text.push_str("- ");
            self.item = false;
        }
    }

    fn line(&mut self) {
        self.owed = (self.owed + 1).min(2);
        self.blank = false;
    }

    fn end_line(&mut self, lines: u8) {
        self.owed = self.owed.max(lines);
        self.blank = false;
    }

    /// A block inside a list item makes no empty line: the item would fall apart.
    fn end_block(&mut self) {
        self.end_line(if self.lists > 0 { 1 } else { 2 });
    }
}

/// Whether an element stands on lines of its own.
pub(crate) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "caption"
    )
}
