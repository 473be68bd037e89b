//! Who carries and joins an action, and the ways its name is spelt.

use serde::Deserialize;

use crate::country::Commune;
use crate::draw::Draw;

/// Kinds of organisation that carry or join an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Association,
    Bailleur,
    Caf,
    Ccas,
    CentreSocial,
    Commune,
    Cooperative,
    Departement,
    Epci,
    Etat,
    Hopital,
    MissionLocale,
    Msa,
    Region,
    Udaf,
}

/// An organisation.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub(crate) kind: Kind,
    commune: &'static Commune,
    own_name: &'static str,
}

/// How many manners of spelling there are.
pub(crate) const SPELLINGS: usize = 4;

const ASSOCIATIONS: &[&str] = &[
    "Le Pas de côté",
    "Horizons solidaires",
    "Main dans la main",
    "La Petite Ourse",
    "Les Semeurs de liens",
    "Bouge ton bourg",
    "L'Escale",
    "Les Gens d'ici",
    "Trait d'union",
    "La Boussole",
    "Cap Voisins",
    "Passeurs d'idées",
    "Les Mains vertes",
    "Regain",
    "L'Étincelle",
    "Vivre ensemble au pays",
    "Le Grand Ménage",
    "Le Fil rouge",
    "Les Trois Clochers",
    "Coup de pouce",
    "Terre d'entente",
    "La Bonne Pioche",
    "Archipel",
    "Les Colporteurs",
    "Le Chaînon",
    "Solidarités nouvelles du pays",
    "Tous dehors",
    "L'Atelier du coin",
    "Bien vieillir chez nous",
    "Le Tourniquet",
    "Les Ricochets",
    "La Maison des possibles",
    "Réseau Voisinage",
    "Graines d'avenir",
    "Les Pieds sur terre",
    "L'Ancrage",
    "De fil en aiguille",
    "Les Bâtisseurs",
    "La Passerelle",
    "Chemin faisant",
];

const CENTRES: &[&str] = &[
    "Les Tilleuls",
    "Jean Moulin",
    "La Fontaine",
    "Louise Michel",
    "Le Moulin",
    "Beausoleil",
    "Simone Veil",
    "Les Alizés",
    "Georges Brassens",
    "La Source",
    "Val Fleuri",
    "Jacques Prévert",
    "Les Coteaux",
    "Aimé Césaire",
];

const LANDLORDS: &[&str] =
    &["Habitat du Val", "Logis familial", "Toit et Demeure", "Maisons claires", "Foyer du Sud", "Domus Pays"];

const COOPERATIVES: &[&str] =
    &["Les Alouettes", "Ecobâtir", "La Coop du bourg", "Enercitoyenne", "Tournesol", "Le Relais des champs"];

impl Actor {
    /// An organisation of a kind at a commune; kinds that several organisations share draw a name.
    pub(crate) fn draw(kind: Kind, commune: &'static Commune, draw: &mut Draw) -> Self {
        let names = match kind {
            Kind::Association => ASSOCIATIONS,
            Kind::CentreSocial => CENTRES,
            Kind::Bailleur => LANDLORDS,
            Kind::Cooperative => COOPERATIVES,
            _ => &[""],
        };
        Self { kind, commune, own_name: *draw.pick::<&str>(names) }
    }

    /// Its name in one of [`SPELLINGS`] manners: registers, forms, habits.
    pub(crate) fn spelt(&self, spelling: usize) -> String {
        let town = self.commune.of();
        let departement = self.commune.departement().of();
        let code = self.commune.departement().code;
        let region = self.commune.departement().region;
        let own = self.own_name;
        let spellings: [String; SPELLINGS] = match self.kind {
            Kind::Association => {
                [format!("Association {own}"), own.to_owned(), format!("association « {own} »"), format!("Asso. {own}")]
            }
            Kind::Bailleur => [
                own.to_owned(),
                format!("OPH {own}"),
                format!("Office public de l'habitat {own}"),
                format!("{own} (bailleur social)"),
            ],
            Kind::Caf => [
                format!("Caf {departement}"),
                format!("CAF {code}"),
                format!("Caisse d'allocations familiales {departement}"),
                format!("Caisse d'Allocations Familiales (CAF) {departement}"),
            ],
            Kind::Ccas => [
                format!("CCAS {town}"),
                format!("Centre communal d'action sociale {town}"),
                format!("C.C.A.S. {town}"),
                format!("Centre Communal d'Action Sociale (CCAS) {town}"),
            ],
            Kind::CentreSocial => [
                format!("Centre social {own} {town}"),
                format!("Centre socioculturel {own}"),
                format!("CSC {own} {town}"),
                format!("Centre social et culturel {own}"),
            ],
            Kind::Commune => [
                format!("Ville {town}"),
                format!("Mairie {town}"),
                format!("Commune {town}"),
                format!("Municipalité {town}"),
            ],
            Kind::Cooperative => [
                format!("Scic {own}"),
                format!("SCIC {own}"),
                format!("Société coopérative d'intérêt collectif {own}"),
                format!("Coopérative {own}"),
            ],
            Kind::Departement => [
                format!("Conseil départemental {departement}"),
                format!("Conseil général {}", departement.replace('-', " ")),
                format!("Département {departement}"),
                format!("CD {code}"),
            ],
            Kind::Epci => [
                self.commune.epci_short(),
                self.commune.epci_long(),
                self.commune.epci_long().to_uppercase(),
                self.commune.epci_long(),
            ],
            Kind::Etat => [
                format!("DDCS {departement}"),
                format!("Direction départementale de la cohésion sociale {departement}"),
                format!("Préfecture {departement}"),
                format!("DDCS {code}"),
            ],
            Kind::Hopital => [
                format!("Centre hospitalier {town}"),
                format!("CH {town}"),
                format!("Hôpital {town}"),
                format!("Centre Hospitalier {town}"),
            ],
            Kind::MissionLocale => [
                format!("Mission locale {town}"),
                format!("Mission Locale du bassin {town}"),
                format!("ML {town}"),
                format!("Mission locale {town}"),
            ],
            Kind::Msa => [
                "MSA".to_owned(),
                "Mutualité sociale agricole".to_owned(),
                format!("MSA {departement}"),
                "Mutualité Sociale Agricole (MSA)".to_owned(),
            ],
            Kind::Region => [
                format!("Région {region}"),
                format!("Conseil régional {region}"),
                format!("Région {region}"),
                format!("CR {region}"),
            ],
            Kind::Udaf => [
                format!("Udaf {departement}"),
                format!("Union départementale des associations familiales {departement}"),
                format!("UDAF {code}"),
                format!("Union Départementale des Associations Familiales (UDAF) {departement}"),
            ],
        };
        let [first, second, third, fourth] = spellings;
        match spelling % SPELLINGS {
            0 => first,
            1 => second,
            2 => third,
            _ => fourth,
        }
    }

    /// As a sentence names it, with its article: "le CCAS d'Agen".
    pub(crate) fn in_a_sentence(&self, spelling: usize) -> String {
        let town = self.commune.of();
        let departement = self.commune.departement().of();
        let own = self.own_name;
        let even = spelling.is_multiple_of(2);
        match self.kind {
            Kind::Association if even => format!("l'association {own}"),
            Kind::Association => format!("l'association « {own} »"),
            Kind::Bailleur => format!("le bailleur social {own}"),
            Kind::Caf if even => "la Caf".to_owned(),
            Kind::Caf => "la caisse d'allocations familiales".to_owned(),
            Kind::Ccas if even => format!("le CCAS {town}"),
            Kind::Ccas => "le centre communal d'action sociale".to_owned(),
            Kind::CentreSocial if even => format!("le centre social {own}"),
            Kind::CentreSocial => format!("le centre socioculturel {own}"),
            Kind::Commune if even => format!("la ville {town}"),
            Kind::Commune => "la municipalité".to_owned(),
            Kind::Cooperative => format!("la coopérative {own}"),
            Kind::Departement if even => format!("le Conseil départemental {departement}"),
            Kind::Departement => format!("le Conseil général {departement}"),
            Kind::Epci => "l'intercommunalité".to_owned(),
            Kind::Etat if even => "la DDCS".to_owned(),
            Kind::Etat => "la préfecture".to_owned(),
            Kind::Hopital => format!("le centre hospitalier {town}"),
            Kind::MissionLocale => "la mission locale".to_owned(),
            Kind::Msa if even => "la MSA".to_owned(),
            Kind::Msa => "la Mutualité sociale agricole".to_owned(),
            Kind::Region => "le Conseil régional".to_owned(),
            Kind::Udaf if even => "l'Udaf".to_owned(),
            Kind::Udaf => "l'union des associations familiales".to_owned(),
        }
    }

    /// Its home page, which all that it carries share.
    pub(crate) fn home(&self) -> String {
        let host = match self.kind {
            Kind::Departement => format!("departement-{}", self.commune.departement().code),
            Kind::Ccas | Kind::Commune => format!("ville-{}", slug(self.commune.name)),
            Kind::Epci => slug(&self.commune.epci_short()),
            _ => slug(&self.spelt(0)),
        };
        format!("https://www.{}.example/", host.to_lowercase())
    }
}

/// A text as it stands in an address: `centre-social-les-tilleuls`.
pub(crate) fn slug(text: &str) -> String {
    model::fold(text).replace(' ', "-")
}
