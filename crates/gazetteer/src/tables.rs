//! The reference tables, read from the text that is compiled in.

/// INSEE code of a commune: five ASCII characters.
pub(crate) type Insee = [u8; 5];

/// A commune of today, or a municipal arrondissement of Paris, Lyon or Marseille.
pub(crate) struct Commune {
    pub insee: Insee,
    pub name: &'static str,
    pub departement: u8,
    pub epci: Option<u16>,
    /// The établissement public territorial within the Grand Paris.
    pub ept: Option<u16>,
    pub population: u32,
    pub lat: f64,
    pub lon: f64,
    /// Whether the point is the town hall's; else it is the centroid.
    pub town_hall: bool,
    /// The commune an arrondissement is part of.
    pub parent: Option<u32>,
}

impl Commune {
    pub(crate) fn code(&self) -> &str {
        std::str::from_utf8(&self.insee).expect("INSEE codes are ASCII in our tables")
    }
}

pub(crate) struct Departement {
    pub code: &'static str,
    pub name: &'static str,
    pub region: u8,
    /// What stands between "of" and its name: `de la`, `du`, `de l'`, `des`, `d'`, `de`.
    pub of_form: &'static str,
    pub population: u32,
    pub lat: f64,
    pub lon: f64,
}

pub(crate) struct Region {
    pub code: &'static str,
    pub name: &'static str,
    pub population: u32,
    pub lat: f64,
    pub lon: f64,
}

/// A région as it was before 2016, or a usual name of one of today: some départements of a région.
pub(crate) struct OldRegion {
    pub code: &'static str,
    pub names: Vec<&'static str>,
    pub region: u8,
    pub departements: Vec<u8>,
}

pub(crate) struct Epci {
    pub siren: &'static str,
    pub name: &'static str,
    pub population: u32,
}

pub(crate) struct Country {
    pub code: &'static str,
    pub names: Vec<&'static str>,
}

/// A code or name that a commune of today once had, or that a part of it has.
pub(crate) struct Former {
    pub insee: Insee,
    pub name: &'static str,
    pub today: u32,
}

pub(crate) struct Tables {
    /// Sorted by INSEE code.
    pub communes: Vec<Commune>,
    pub departements: Vec<Departement>,
    pub regions: Vec<Region>,
    pub old_regions: Vec<OldRegion>,
    pub epcis: Vec<Epci>,
    pub countries: Vec<Country>,
    /// Sorted by former INSEE code.
    pub former: Vec<Former>,
    /// Commune, another name of it, and whether people say it as often as the official one.
    pub aliases: Vec<(u32, &'static str, bool)>,
    /// Adjective stems with the typed id they stand for.
    pub adjectives: Vec<(&'static str, &'static str)>,
    /// Postal code and commune, sorted.
    postal: Vec<(u32, u32)>,
}

const DEPARTEMENTS: &str = include_str!("../data/departements.tsv");
const REGIONS: &str = include_str!("../data/regions.tsv");
const OLD_REGIONS: &str = include_str!("../data/old_regions.tsv");
const EPCI: &str = include_str!("../data/epci.tsv");
const COMMUNES: &str = include_str!("../data/communes.tsv");
const ARRONDISSEMENTS: &str = include_str!("../data/arrondissements.tsv");
const EPT: &str = include_str!("../data/ept.tsv");
const FORMER: &str = include_str!("../data/former.tsv");
const ALIASES: &str = include_str!("../data/aliases.tsv");
const COUNTRIES: &str = include_str!("../data/countries.tsv");
const ADJECTIVES: &str = include_str!("../data/adjectives.tsv");

impl Tables {
    pub(crate) fn read() -> Self {
        let regions: Vec<Region> = rows(REGIONS)
            .map(|[code, name, population, lat, lon]| Region {
                code,
                name,
                population: number(population),
                lat: degrees(lat),
                lon: degrees(lon),
            })
            .collect();
        let region_of =
            |code: &str| index(regions.iter().position(|region| region.code == code).expect("a région of our table"));
        let departements: Vec<Departement> = rows(DEPARTEMENTS)
            .map(|[code, name, region, of_form, population, lat, lon]| Departement {
                code,
                name,
                region: region_of(region),
                of_form,
                population: number(population),
                lat: degrees(lat),
                lon: degrees(lon),
            })
            .collect();
        let departement_of = |code: &str| {
            index(departements.iter().position(|departement| departement.code == code).expect("a département of ours"))
        };
        let old_regions = rows(OLD_REGIONS)
            .map(|[code, name, region, parts, aliases]| OldRegion {
                code,
                names: std::iter::once(name).chain(aliases.split(';').filter(|alias| !alias.is_empty())).collect(),
                region: region_of(region),
                departements: parts.split(';').map(departement_of).collect(),
            })
            .collect();
        let epcis: Vec<Epci> = rows(EPCI)
            .map(|[siren, name, _, population]| Epci { siren, name, population: number(population) })
            .collect();
        let countries = rows(COUNTRIES).map(|[code, names]| Country { code, names: names.split(';').collect() });

        let mut tables = Self {
            communes: Vec::with_capacity(35_100),
            countries: countries.collect(),
            postal: Vec::with_capacity(36_500),
            former: Vec::new(),
            aliases: Vec::new(),
            adjectives: rows(ADJECTIVES).map(|[stem, id]| (stem, id)).collect(),
            departements,
            regions,
            old_regions,
            epcis,
        };
        tables.read_communes();
        tables.former = rows(FORMER)
            .map(|[old, new, name]| {
                let today = tables.commune(new).expect("former codes lead to communes of today");
                let name = if name.is_empty() { tables.communes[today as usize].name } else { name };
                Former { insee: insee(old), name, today }
            })
            .collect();
        tables.aliases = rows(ALIASES)
            .map(|[code, alias, usual]| {
                let commune = tables.commune(code).expect("aliases name communes of today");
                (commune, alias, !usual.is_empty())
            })
            .collect();
        tables
    }

    fn read_communes(&mut self) {
        let mut postal: Vec<(u32, Insee)> = Vec::with_capacity(36_500);
        let mut departement = 0;
        let mut around: Vec<u16> = Vec::new();
        for line in COMMUNES.lines() {
            if let Some(header) = line.strip_prefix('=') {
                let mut cells = header.split('\t');
                let code = cells.next().expect("a header names its département");
                let position = self.departements.iter().position(|other| other.code == code);
                departement = index(position.expect("a département of ours"));
                around = cells.map(|siren| self.epci(siren).expect("an EPCI of our table")).collect();
                continue;
            }
            let [rest, name, epci, population, lat, lon, codes] = cells(line);
            let parent = &self.departements[usize::from(departement)];
            let mut code = [b'0'; 5];
            code[..parent.code.len()].copy_from_slice(parent.code.as_bytes());
            code[parent.code.len()..].copy_from_slice(rest.as_bytes());
            for short in codes.split(';').filter(|short| !short.is_empty()) {
                let prefix = if matches!(parent.code, "2A" | "2B") { "20" } else { parent.code };
                let base: u32 = number(prefix) * 10_u32.pow(u32::try_from(5 - prefix.len()).expect("2 or 3"));
                postal.push((if short.len() == 5 { 0 } else { base } + number(short), code));
            }
            self.communes.push(Commune {
                insee: code,
                name,
                departement,
                epci: (!epci.is_empty()).then(|| around[usize::try_from(number(epci)).expect("small")]),
                ept: None,
                population: number(population),
                town_hall: !lat.starts_with('~'),
                lat: shifted(parent.lat, lat.trim_start_matches('~')),
                lon: shifted(parent.lon, lon),
                parent: None,
            });
        }
        for [code, name, _, population, lat, lon, codes] in rows(ARRONDISSEMENTS) {
            let whole = rows(ARRONDISSEMENTS)
                .find_map(|row: [&str; 7]| (row[0] == code).then_some(row[2]))
                .expect("the row itself");
            let position = self.communes.iter().position(|commune| commune.code() == whole).expect("its commune");
            let (departement, epci) = (self.communes[position].departement, self.communes[position].epci);
            postal.extend(codes.split(';').map(|short| (number(short), insee(code))));
            self.communes.push(Commune {
                insee: insee(code),
                name,
                departement,
                epci,
                ept: None,
                population: number(population),
                town_hall: false,
                lat: degrees(lat),
                lon: degrees(lon),
                parent: Some(0),
            });
        }
        self.communes.sort_by_key(|commune| commune.insee);
        for [code, _, whole, ..] in rows::<7>(ARRONDISSEMENTS) {
            let part = self.commune(code).expect("read above");
            self.communes[part as usize].parent = self.commune(whole);
        }
        for [code, siren] in rows(EPT) {
            let commune = self.commune(code).expect("a commune of today");
            self.communes[commune as usize].ept = self.epci(siren);
        }
        self.postal =
            postal.into_iter().map(|(number, code)| (number, self.commune_of(code).expect("read above"))).collect();
        self.postal.sort_unstable();
    }

    /// The commune or arrondissement of a code of today.
    pub(crate) fn commune(&self, code: &str) -> Option<u32> {
        self.commune_of(code.as_bytes().try_into().ok()?)
    }

    fn commune_of(&self, code: Insee) -> Option<u32> {
        self.communes.binary_search_by_key(&code, |commune| commune.insee).ok().map(index)
    }

    /// The commune of today that took over a code no commune of today has.
    pub(crate) fn former(&self, code: &str) -> Option<u32> {
        let code: Insee = code.as_bytes().try_into().ok()?;
        let at = self.former.partition_point(|former| former.insee < code);
        let found = self.former.get(at).filter(|former| former.insee == code)?;
        self.commune_of(code).is_none().then_some(found.today)
    }

    pub(crate) fn departement(&self, code: &str) -> Option<u8> {
        self.departements.iter().position(|departement| departement.code.eq_ignore_ascii_case(code)).map(index)
    }

    pub(crate) fn region(&self, code: &str) -> Option<u8> {
        self.regions.iter().position(|region| region.code == code).map(index)
    }

    /// The région of today that took over one of before 2016, by its former code.
    pub(crate) fn former_region(&self, code: &str) -> Option<u8> {
        self.old_regions.iter().find(|old| old.code == code).map(|old| old.region)
    }

    pub(crate) fn epci(&self, siren: &str) -> Option<u16> {
        self.epcis.binary_search_by_key(&siren, |epci| epci.siren).ok().map(index)
    }

    /// Communes and arrondissements that letters reach under a postal code.
    pub(crate) fn postal(&self, code: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        let from = self.postal.partition_point(|(other, _)| *other < code);
        self.postal[from..].iter().take_while(move |(other, _)| *other == code).map(|(_, commune)| *commune)
    }
}

fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().filter(|line| !line.starts_with('#')).map(cells)
}

fn cells<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut cells = line.split('\t');
    std::array::from_fn(|_| cells.next().unwrap_or(""))
}

fn number(cell: &str) -> u32 {
    cell.parse().expect("a number in our own tables")
}

fn degrees(cell: &str) -> f64 {
    f64::from(cell.parse::<i32>().expect("a number in our own tables")) / 10_000.0
}

/// Degrees, from others: the sum has no more decimals than its parts.
fn shifted(from: f64, cell: &str) -> f64 {
    ((from + degrees(cell)) * 10_000.0).round() / 10_000.0
}

fn insee(cell: &str) -> Insee {
    cell.as_bytes().try_into().expect("five characters in our own tables")
}

fn index<N: TryFrom<usize>>(position: usize) -> N {
    N::try_from(position).unwrap_or_else(|_| unreachable!("our tables are small"))
}
