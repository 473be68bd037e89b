//! Territories by id: names, points, what lies around and within.

use std::str::FromStr;

use model::{Level, TerritoryId};

use crate::{Gazetteer, decide::Which};

/// What we know of a territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Territory {
    /// Its typed id of today.
    pub id: TerritoryId,
    /// Its name today, with its article.
    pub name: &'static str,
    /// Inhabitants (INSEE 2023); 0 where unknown.
    pub population: u32,
    /// Latitude of the town hall or centroid, WGS 84 degrees.
    pub lat: Option<f64>,
    /// Longitude, likewise.
    pub lon: Option<f64>,
    /// Whether the point is the town hall's.
    pub town_hall: bool,
    /// Intercommunality around a commune.
    pub epci: Option<TerritoryId>,
    /// Département around it, or itself.
    pub departement: Option<TerritoryId>,
    /// Région around it, or itself.
    pub region: Option<TerritoryId>,
}

impl Gazetteer {
    /// What we know of a territory; the id of a former commune or région gives today's.
    pub fn territory(&self, id: &TerritoryId) -> Option<Territory> {
        self.which(id).map(|which| self.describe(which))
    }

    /// Today's id: itself, or that of the commune or région that took over a former one.
    pub fn current(&self, id: &TerritoryId) -> Option<TerritoryId> {
        self.which(id).map(|which| self.id(which))
    }

    /// Itself first, then what lies around it: city of an arrondissement, intercommunality,
    /// département, région, country. Empty for an id that never was.
    pub fn ancestors(&self, id: &TerritoryId) -> Vec<TerritoryId> {
        let Some(which) = self.which(id) else { return Vec::new() };
        let mut all = vec![which];
        let mut departement = None;
        let mut region = None;
        match which {
            Which::Commune(position) => {
                let commune = &self.tables.communes[position as usize];
                all.extend(commune.parent.map(Which::Commune));
                all.extend(commune.epci.iter().chain(&commune.ept).copied().map(Which::Epci));
                departement = Some(commune.departement);
            }
            Which::Epci(position) => {
                let around = self.epci_departements[usize::from(position)];
                if around.is_power_of_two() {
                    departement = u8::try_from(around.trailing_zeros()).ok();
                } else {
                    region = self.common_region(around);
                }
            }
            Which::Departement(position) => region = Some(self.tables.departements[usize::from(position)].region),
            Which::Region(_) => all.push(Which::France),
            Which::France | Which::Country(_) => {}
        }
        if let Some(departement) = departement {
            all.push(Which::Departement(departement));
            region = Some(self.tables.departements[usize::from(departement)].region);
        }
        if let Some(region) = region {
            all.extend([Which::Region(region), Which::France]);
        }
        if matches!(which, Which::Epci(_)) && !all.contains(&Which::France) {
            all.push(Which::France);
        }
        all.into_iter().map(|which| self.id(which)).collect()
    }

    /// The territories directly within: régions of the country, départements of a région,
    /// communes of a département or intercommunality, arrondissements of a city; sorted.
    pub fn children(&self, id: &TerritoryId) -> Vec<TerritoryId> {
        let communes = |keep: &dyn Fn(&crate::tables::Commune) -> bool| -> Vec<TerritoryId> {
            let kept = self.tables.communes.iter().filter(|commune| keep(commune));
            kept.map(|commune| TerritoryId::new(Level::Commune, commune.code())).collect()
        };
        let mut children = match self.which(id) {
            Some(Which::France) => {
                self.tables.regions.iter().map(|region| TerritoryId::new(Level::Region, region.code)).collect()
            }
            Some(Which::Region(region)) => {
                let within = self.tables.departements.iter().filter(|one| one.region == region);
                within.map(|one| TerritoryId::new(Level::Departement, one.code)).collect()
            }
            Some(Which::Departement(departement)) => {
                communes(&|commune| commune.departement == departement && commune.parent.is_none())
            }
            Some(Which::Epci(epci)) => {
                communes(&|one| (one.epci == Some(epci) || one.ept == Some(epci)) && one.parent.is_none())
            }
            Some(Which::Commune(city)) => communes(&|commune| commune.parent == Some(city)),
            Some(Which::Country(_)) | None => Vec::new(),
        };
        children.sort();
        children
    }

    /// What stands between "of" and a département's name: `de la`, `du`, `de l'`, `des`, `d'`, `de`.
    /// None for other levels.
    pub fn of_form(&self, id: &TerritoryId) -> Option<&'static str> {
        match self.which(id) {
            Some(Which::Departement(position)) => Some(self.tables.departements[usize::from(position)].of_form),
            _ => None,
        }
    }

    /// What a bare code may mean: `75` is a département's and a région's. Codes of régions before
    /// 2016 are left out: who writes a code alone today means one of today.
    pub fn readings(&self, bare: &str) -> Vec<TerritoryId> {
        let typed = |(word, _): &(&str, Level)| TerritoryId::from_str(&format!("{word}:{bare}")).ok();
        let is_of_today = |id: &TerritoryId| id.level != Level::Region || self.tables.region(&id.code).is_some();
        let meant = Level::ALL.iter().filter_map(typed).filter(|id| self.which(id).is_some() && is_of_today(id));
        meant.filter(|id| !matches!(id.level, Level::Abroad)).collect()
    }

    pub(crate) fn which(&self, id: &TerritoryId) -> Option<Which> {
        match id.level {
            Level::Commune => {
                self.tables.commune(&id.code).or_else(|| self.tables.former(&id.code)).map(Which::Commune)
            }
            Level::Epci => self.tables.epci(&id.code).map(Which::Epci),
            Level::Departement => self.tables.departement(&id.code).map(Which::Departement),
            Level::Region => {
                self.tables.region(&id.code).or_else(|| self.tables.former_region(&id.code)).map(Which::Region)
            }
            Level::Pays => (&*id.code == "FR").then_some(Which::France),
            Level::Abroad => {
                let position = self.tables.countries.iter().position(|country| country.code == &*id.code);
                position.and_then(|position| u8::try_from(position).ok()).map(Which::Country)
            }
        }
    }

    pub(crate) fn id(&self, which: Which) -> TerritoryId {
        let code = match which {
            Which::Commune(position) => self.tables.communes[position as usize].code(),
            Which::Epci(position) => self.tables.epcis[usize::from(position)].siren,
            Which::Departement(position) => self.tables.departements[usize::from(position)].code,
            Which::Region(position) => self.tables.regions[usize::from(position)].code,
            Which::France => "FR",
            Which::Country(position) => self.tables.countries[usize::from(position)].code,
        };
        TerritoryId::new(which.level(), code)
    }

    /// The région that holds all départements of a set.
    fn common_region(&self, set: u128) -> Option<u8> {
        let mut regions = crate::decide::positions(set).map(|one| self.tables.departements[usize::from(one)].region);
        let first = regions.next()?;
        regions.all(|other| other == first).then_some(first)
    }

    pub(crate) fn describe(&self, which: Which) -> Territory {
        let id = self.id(which);
        let mut territory = Territory {
            name: "France",
            population: 0,
            lat: None,
            lon: None,
            town_hall: false,
            epci: None,
            departement: None,
            region: None,
            id,
        };
        match which {
            Which::Commune(position) => {
                let commune = &self.tables.communes[position as usize];
                (territory.name, territory.population) = (commune.name, commune.population);
                (territory.lat, territory.lon) = (Some(commune.lat), Some(commune.lon));
                territory.town_hall = commune.town_hall;
                territory.epci = commune.epci.map(|epci| self.id(Which::Epci(epci)));
            }
            Which::Epci(position) => {
                let epci = &self.tables.epcis[usize::from(position)];
                (territory.name, territory.population) = (epci.name, epci.population);
                territory.epci = Some(territory.id.clone());
                let (lat, lon) = self.middle(position);
                (territory.lat, territory.lon) = (lat, lon);
            }
            Which::Departement(position) => {
                let one = &self.tables.departements[usize::from(position)];
                (territory.name, territory.population) = (one.name, one.population);
                (territory.lat, territory.lon) = (Some(one.lat), Some(one.lon));
            }
            Which::Region(position) => {
                let one = &self.tables.regions[usize::from(position)];
                (territory.name, territory.population) = (one.name, one.population);
                (territory.lat, territory.lon) = (Some(one.lat), Some(one.lon));
            }
            Which::France => {}
            Which::Country(position) => territory.name = self.tables.countries[usize::from(position)].names[0],
        }
        for around in self.ancestors(&territory.id) {
            match around.level {
                Level::Departement => territory.departement = Some(around),
                Level::Region => territory.region = Some(around),
                _ => {}
            }
        }
        territory
    }

    /// Middle of an intercommunality: the mean of its communes' points by population.
    fn middle(&self, epci: u16) -> (Option<f64>, Option<f64>) {
        let members = self
            .tables
            .communes
            .iter()
            .filter(|one| (one.epci == Some(epci) || one.ept == Some(epci)) && one.parent.is_none());
        let (mut lat, mut lon, mut weight) = (0.0, 0.0, 0.0);
        for commune in members {
            let inhabitants = f64::from(commune.population.max(1));
            lat += commune.lat * inhabitants;
            lon += commune.lon * inhabitants;
            weight += inhabitants;
        }
        if weight > 0.0 { (Some(lat / weight), Some(lon / weight)) } else { (None, None) }
    }
}
