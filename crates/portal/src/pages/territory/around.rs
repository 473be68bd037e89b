//! Where one may look instead of a territory without an action.

use gazetteer::{Gazetteer, Territory};
use model::Level;
use search::{Filter, Near, Question};

use super::Line;
use crate::page::Page;
use crate::pages::errors::Fault;
use crate::pages::search::place::full_name;
use crate::words::territory::Territories;
use crate::{PortalState, typo};

/// Radii around a commune, in kilometres: of these, the first that finds something.
const RADII: [u32; 4] = [20, 30, 50, 100];

/// What lies around it and has actions: the smallest circle first, then wider and wider territories.
pub(super) async fn of(
    state: &PortalState,
    territory: &Territory,
    page: &Page,
    words: &Territories,
) -> Result<Vec<Line>, Fault> {
    let mut around = Vec::new();
    let total = async |filter| -> Result<u64, Fault> {
        Ok(state.api.ask(Question { filter, limit: 0, ..Question::default() }).await?.total)
    };
    let line = |href, name, actions| {
        let counted = typo::counted(actions, words.action, page.lang);
        Line { href, name, counted, actions, ..Line::default() }
    };
    if let (Level::Commune, Some(lat), Some(lon)) = (territory.id.level, territory.lat, territory.lon) {
        for km in RADII {
            let near = Some(Near { lat, lon, within_km: f64::from(km) });
            let actions = total(Filter { near, ..Filter::default() }).await?;
            if actions > 0 {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("lieu", &full_name(&territory.id)).append_pair("within", &km.to_string());
                let href = format!("{}?{}", page.search(), query.finish());
                around.push(line(href, format!("{} {km}\u{a0}km", words.empty_within), actions));
                break;
            }
        }
    }
    let gazetteer = Gazetteer::get();
    let wider = gazetteer.ancestors(&territory.id).into_iter().skip(1).filter(|id| id.level != Level::Pays);
    for wider in wider.filter_map(|id| gazetteer.territory(&id)) {
        let actions = total(Filter { territories: vec![wider.id.clone()], ..Filter::default() }).await?;
        if actions > 0 {
            around.push(line(page.territory(&wider.id), typo::ours(wider.name).into_owned(), actions));
        }
    }
    Ok(around)
}
