//! A question to the page as it is put to the index: words about a place become a point or a territory.

use search::{Bbox, Grid, Question};

use super::place::{self, Meant, RADIUS};
use super::state::{State, written};
use crate::map::View;

/// A question, understood.
#[derive(Debug)]
pub(crate) struct Understood {
    /// What the address asks, without what asks nothing there.
    pub(crate) state: State,
    /// What its words about a place mean.
    pub(crate) meant: Option<Meant>,
    /// Kilometres around a point, as written.
    pub(crate) radius: String,
    /// The question as parameters of the API, several values joined by commas.
    pub(crate) pairs: Vec<(String, String)>,
}

/// Understands a question.
pub(crate) fn understand(state: State) -> Understood {
    let radius = state.get("within").unwrap_or(RADIUS).to_owned();
    let meant = state.get("lieu").map(|written| place::read(written, &radius));
    let has_point = match &meant {
        Some(Meant::Around { .. }) => true,
        Some(_) => false,
        None => state.get("near").is_some(),
    };
    // Untouched fields of the form arrive too: a radius around nothing, the distance to nowhere.
    let state = tidied(state, meant.as_ref(), has_point);
    let mut asked = state.clone().without(&["lieu"]);
    match &meant {
        Some(Meant::Around { point, .. }) => asked = asked.with("near", point).with("within", &radius),
        Some(Meant::In(ids)) => {
            asked = asked.without(&["territory"]);
            asked = ids.iter().fold(asked, |asked, id| asked.plus("territory", &id.to_string()));
        }
        _ if has_point && state.get("within").is_none() => asked = asked.with("within", RADIUS),
        _ => {}
    }
    if !has_point {
        asked = asked.without(&["within"]);
    }
    Understood { pairs: joined(&asked, state.cursor()), state, meant, radius }
}

fn tidied(state: State, meant: Option<&Meant>, has_point: bool) -> State {
    let cursor = state.cursor().map(str::to_owned);
    let mut tidy = state;
    if meant.is_some() {
        tidy = tidy.without(&["near"]);
    }
    // Words for a wider territory take the place of one that was chosen before.
    if matches!(meant, Some(Meant::In(_))) {
        tidy = tidy.without(&["territory"]);
    }
    // "0", the commune alone, says something of words for a commune only.
    let keeps_radius = match (tidy.get("within"), meant) {
        (Some("0"), Some(Meant::In(_))) => true,
        (Some("0"), _) => false,
        _ => has_point,
    };
    if !keeps_radius {
        tidy = tidy.without(&["within"]);
    }
    if !has_point {
        tidy = tidy.minus("sort", |sort| sort == "distance");
    }
    cursor.into_iter().fold(tidy, |tidy, cursor| tidy.from(&cursor))
}

fn joined(state: &State, cursor: Option<&str>) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in state.pairs() {
        match pairs.last_mut() {
            Some((last, values)) if last == name => {
                values.push(',');
                values.push_str(value);
            }
            _ => pairs.push((name.to_owned(), value.to_owned())),
        }
    }
    pairs.extend(cursor.map(|cursor| ("cursor".to_owned(), cursor.to_owned())));
    pairs
}

impl Understood {
    /// The question as a query of the API, without what is the page's own affair.
    pub(crate) fn api_query(&self) -> String {
        self.api_query_without("")
    }

    /// The same without one parameter more.
    pub(crate) fn api_query_without(&self, parameter: &str) -> String {
        let goes = ["limit", "cursor", parameter];
        let kept = self.pairs.iter().filter(|(name, _)| !goes.contains(&name.as_str()));
        written(kept.map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// What the form carries along beside its own fields.
    pub(crate) fn carried(&self) -> Vec<(&'static str, String)> {
        let mut carried: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in self.state.pairs().filter(|(name, _)| !["q", "lieu", "within", "sort"].contains(name)) {
            match carried.last_mut() {
                Some((last, values)) if *last == name => *values = format!("{values},{value}"),
                _ => carried.push((name, value.to_owned())),
            }
        }
        carried
    }

    /// The question with its territories in `territory`, wherever they were written: what choosing a territory goes on from.
    pub(crate) fn placed(&self) -> State {
        let Some(Meant::In(ids)) = &self.meant else { return self.state.clone() };
        let bare = self.state.clone().without(&["lieu", "within", "territory"]);
        ids.iter().fold(bare, |state, id| state.plus("territory", &id.to_string()))
    }
}

/// Where a map of the answer looks.
pub(crate) fn view(question: &Question) -> View {
    let filter = &question.filter;
    if let Some(bbox) = filter.bbox {
        return View::Bbox(bbox);
    }
    if let Some(near) = filter.near {
        return View::Around { lat: near.lat, lon: near.lon, km: near.within_km };
    }
    match filter.territories.as_slice() {
        [only] if only.level != model::Level::Pays && only.level != model::Level::Abroad => {
            View::Territory(only.clone())
        }
        _ => View::France,
    }
}

/// Cells of a fitting size for such a map: about six from side to side, so that their circles have room.
pub(crate) fn grid(view: &View) -> Grid {
    use model::Level;
    let zoom = match view {
        View::France => 4,
        View::Territory(id) => match id.level {
            Level::Region => 6,
            Level::Departement => 7,
            Level::Epci => 9,
            _ => 10,
        },
        View::Around { km, .. } => zoom_across(km / 39.0),
        View::Bbox(bbox) => zoom_across(width(bbox)),
    };
    Grid { bbox: if let View::Bbox(bbox) = view { Some(*bbox) } else { None }, zoom }
}

/// Degrees from west to east.
fn width(bbox: &Bbox) -> f64 {
    let straight = bbox.east - bbox.west;
    if straight < 0.0 { straight + 360.0 } else { straight }
}

/// The zoom at which so many degrees are six cells of 64 pixels, as near as whole numbers come.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
fn zoom_across(degrees: f64) -> u8 {
    let across = (384.0 * 360.0 / (512.0 * degrees.max(1e-6))).log2();
    across.round().clamp(0.0, 18.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    #[track_caller]
    fn check(query: &str, page: &str, api: &str) {
        let understood = understand(State::read(Some(query)).unwrap());
        assert_eq!(understood.state.query(Lang::Fr), page, "{query}: address");
        assert_eq!(understood.api_query(), api, "{query}: question");
    }

    #[test]
    fn words_for_a_commune_ask_around_it() {
        let understood = understand(State::read(Some("lieu=Agen&within=30&sort=distance")).unwrap());
        assert!(understood.api_query().starts_with("near=44.2"), "{}", understood.api_query());
        assert!(understood.api_query().ends_with("&within=30&sort=distance"), "{}", understood.api_query());
        assert_eq!(understood.state.query(Lang::Fr), "lieu=Agen&within=30&sort=distance");
        check("lieu=Agen&within=0", "lieu=Agen&within=0", "territory=commune:47001");
    }

    #[test]
    fn words_for_a_wider_territory_take_the_place_of_one_chosen() {
        check(
            "lieu=Gironde&territory=region:53&theme=sante",
            "lieu=Gironde&theme=sante",
            "territory=departement:33&theme=sante",
        );
        let understood = understand(State::read(Some("lieu=Gironde&theme=sante")).unwrap());
        assert_eq!(understood.placed().query(Lang::Fr), "territory=departement:33&theme=sante");
    }

    #[test]
    fn untouched_fields_ask_nothing() {
        check("q=&lieu=&within=20&sort=distance", "", "");
        check("q=soupe&lieu=Saint-Denis&within=20", "q=soupe&lieu=Saint-Denis", "q=soupe");
        check("near=44.2,0.62", "near=44.2,0.62", "near=44.2,0.62&within=20");
        check("near=44.2,0.62&within=0", "near=44.2,0.62", "near=44.2,0.62&within=20");
    }

    #[test]
    fn the_page_s_own_affairs_stay_on_the_page() {
        check("q=a&limit=50&cursor=X", "q=a&limit=50&cursor=X", "q=a");
    }

    #[test]
    fn maps_of_any_size_have_about_six_cells_across() {
        assert_eq!(zoom_across(15.0), 4);
        assert_eq!(zoom_across(1.5), 7);
        assert_eq!(zoom_across(0.0), 18);
        assert_eq!(zoom_across(f64::MAX), 0);
    }
}
