//! The merged base for people: pages in French and English, rendered by the server.
//!
//! It knows how the base is shown: words, typography, maps, what may be seen under which licence.
//! Every sourceur's text is hostile until escaped. It refuses to know SQL and how harvesting is
//! done; it asks the index and reads rows by id, as the API does.
