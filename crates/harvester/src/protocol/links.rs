//! The server's Link headers (RFC 8288), as far as paging needs them.

/// The address of the first link with a relation.
pub(super) fn relation(headers: &[String], wanted: &str) -> Option<String> {
    headers.iter().find_map(|header| {
        let mut rest = header.as_str();
        // Addresses may hold commas and semicolons: each link is read from its `<` to its `>`.
        while let Some((_, after)) = rest.split_once('<') {
            let (address, after) = after.split_once('>')?;
            let end = after.find('<').unwrap_or(after.len());
            let is_wanted = after[..end].split([';', ',']).any(|parameter| {
                let Some((name, value)) = parameter.split_once('=') else { return false };
                let mut relations = value.trim().trim_matches('"').split_whitespace();
                name.trim().eq_ignore_ascii_case("rel") && relations.any(|word| word.eq_ignore_ascii_case(wanted))
            });
            if is_wanted {
                return Some(address.trim().to_owned());
            }
            rest = &after[end..];
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::relation;

    #[test]
    fn the_next_page_is_found_among_links() {
        for (header, expected) in [
            ("<https://e.example/?page=2>; rel=\"next\"", Some("https://e.example/?page=2")),
            ("</a?b=1,2;c>; rel=prev, </a?b=3>; title=\"x\"; rel=\"last next\"", Some("/a?b=3")),
            ("<https://e.example/?page=1>; rel=\"prev\"", None),
            ("<broken; rel=next", None),
        ] {
            assert_eq!(relation(&[header.to_owned()], "next").as_deref(), expected, "{header}");
        }
    }
}
