//! The real communes in which the make-believe actions take place, and how French speaks of them.

use std::sync::OnceLock;

/// A département, with the région it belongs to today and the one it belonged to before 2016.
#[derive(Debug)]
pub(crate) struct Departement {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    of: &'static str,
    pub(crate) region: &'static str,
    pub(crate) former_region: &'static str,
}

/// A commune: what a sourceur may write about a place.
#[derive(Debug)]
pub(crate) struct Commune {
    pub(crate) insee: &'static str,
    pub(crate) name: &'static str,
    form: Form,
    departement: usize,
    pub(crate) postal_code: &'static str,
    /// Town hall, degrees.
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    population: u32,
    epci: &'static str,
}

/// How a name takes "de" and "à".
#[derive(Clone, Copy, Debug)]
enum Form {
    Consonant,
    Vowel,
    Le,
    Les,
}

/// Every commune and département that the fair knows.
pub(crate) struct Country {
    pub(crate) communes: Vec<Commune>,
    departements: Vec<Departement>,
}

impl Country {
    /// The one country, read once.
    pub(crate) fn get() -> &'static Country {
        static COUNTRY: OnceLock<Country> = OnceLock::new();
        COUNTRY.get_or_init(read)
    }

    /// Communes of one département together, by number in [`Country::communes`].
    pub(crate) fn by_departement(&self) -> Vec<Vec<usize>> {
        let mut groups = vec![Vec::new(); self.departements.len()];
        for (number, commune) in self.communes.iter().enumerate() {
            groups[commune.departement].push(number);
        }
        groups
    }
}

impl Commune {
    /// The département it lies in.
    pub(crate) fn departement(&self) -> &'static Departement {
        &Country::get().departements[self.departement]
    }

    /// "à Agen", "au Mans", "aux Herbiers".
    pub(crate) fn at(&self) -> String {
        match self.form {
            Form::Le => format!("au {}", self.bare()),
            Form::Les => format!("aux {}", self.bare()),
            Form::Consonant | Form::Vowel => format!("à {}", self.name),
        }
    }

    /// "d'Agen", "de Cahors", "du Mans", "des Herbiers".
    pub(crate) fn of(&self) -> String {
        match self.form {
            Form::Le => format!("du {}", self.bare()),
            Form::Les => format!("des {}", self.bare()),
            Form::Vowel => format!("d'{}", self.name),
            Form::Consonant => format!("de {}", self.name),
        }
    }

    /// Whether it is a town with quarters of its own.
    pub(crate) fn is_town(&self) -> bool {
        self.population >= 9_000
    }

    /// Its intercommunality as registers abbreviate it: "CC de la Plaine de l'Ain".
    pub(crate) fn epci_short(&self) -> String {
        let short = self.epci.split(" (").next().unwrap_or(self.epci);
        short.replace('"', "")
    }

    /// Its intercommunality in full: "Communauté de communes de la Plaine de l'Ain".
    pub(crate) fn epci_long(&self) -> String {
        let short = self.epci_short();
        for (letters, words) in
            [("CC ", "Communauté de communes "), ("CA ", "Communauté d'agglomération "), ("CU ", "Communauté urbaine ")]
        {
            if let Some(name) = short.strip_prefix(letters) {
                return format!("{words}{name}");
            }
        }
        short
    }

    fn bare(&self) -> &'static str {
        self.name.split_once(' ').map_or(self.name, |(_, name)| name)
    }
}

impl Departement {
    /// "du Lot-et-Garonne", "de l'Ain", "d'Ille-et-Vilaine".
    pub(crate) fn of(&self) -> String {
        let glue = if self.of.ends_with('\'') { "" } else { " " };
        format!("{}{glue}{}", self.of, self.name)
    }
}

fn read() -> Country {
    let departements: Vec<Departement> = rows(include_str!("../data/departements.tsv"))
        .map(|row| Departement { code: row[0], name: row[1], of: row[2].trim(), region: row[3], former_region: row[4] })
        .collect();
    let communes = rows(include_str!("../data/communes.tsv"))
        .map(|row| Commune {
            insee: row[0],
            name: row[1],
            form: match row[2] {
                "1" => Form::Vowel,
                "2" => Form::Le,
                "4" => Form::Les,
                _ => Form::Consonant,
            },
            departement: departements
                .iter()
                .position(|departement| departement.code == row[3])
                .expect("every commune of the table lies in a département of the table"),
            postal_code: row[4],
            lat: number(row[5]),
            lon: number(row[6]),
            population: row[7].parse().expect("a population is a whole number"),
            epci: row[8],
        })
        .collect();
    Country { communes, departements }
}

fn number(written: &str) -> f64 {
    written.parse().expect("coordinates of the table are numbers")
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(insee: &str, expected: [&str; 3]) {
        let commune = Country::get().communes.iter().find(|commune| commune.insee == insee).unwrap();
        assert_eq!([commune.at(), commune.of(), commune.departement().of()], expected);
    }

    #[test]
    fn french_speaks_of_places() {
        check("47001", ["à Agen", "d'Agen", "du Lot-et-Garonne"]);
        check("72181", ["au Mans", "du Mans", "de la Sarthe"]);
        check("13071", ["aux Pennes-Mirabeau", "des Pennes-Mirabeau", "des Bouches-du-Rhône"]);
        check("01053", ["à Bourg-en-Bresse", "de Bourg-en-Bresse", "de l'Ain"]);
        check("35238", ["à Rennes", "de Rennes", "d'Ille-et-Vilaine"]);
    }
}
