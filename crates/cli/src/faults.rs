//! Showing mistakes of config files: the line, the caret, the way out.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use model::config::Fault;

/// Every fault with its line and a caret under it, then the count.
pub(crate) fn rendered(faults: &[Fault], sources: &[(String, String)]) -> String {
    let mut told = String::new();
    for fault in faults {
        let source = sources.iter().find(|(file, _)| *file == fault.file).map_or("", |(_, source)| source.as_str());
        told.push_str(&one(fault, source));
        told.push_str("\n\n");
    }
    let files = sources.len();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let count = faults.len();
    told + &format!("{count} mistake{} in {files} file{}\n", plural(count), plural(files))
}

fn one(fault: &Fault, source: &str) -> String {
    let line = source.lines().nth(fault.line - 1).unwrap_or_default();
    let at = |column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at);
    let span = at(fault.column)..at(fault.end_column).max(at(fault.column));
    let hint = fault.hint.as_deref().unwrap_or_default();
    let snippet = Snippet::source(line)
        .line_start(fault.line)
        .path(fault.file.as_str())
        .annotation(AnnotationKind::Primary.span(span).label(hint));
    let report = [Level::ERROR.primary_title(fault.message.as_str()).id(fault.code.as_str()).element(snippet)];
    Renderer::plain().render(&report)
}
