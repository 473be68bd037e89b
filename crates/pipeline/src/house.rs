//! What the config folder says: the service, and one partner per sourceur's file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use harvester::{ClientConfig, Protocol};
use model::config::{Document, Fault, Reader};
use model::{Digest, Sourceur, SourceurId, Vocabulary};
use normalizer::{Lookups, Normalizer, Taxonomy};

/// A sourceur that can be harvested: who it is, how it is walked, how its records are read.
pub struct Partner {
    /// Who it is.
    pub sourceur: Sourceur,
    /// How it is walked.
    pub protocol: Arc<dyn Protocol>,
    /// How its records are read.
    pub normalizer: Arc<Normalizer>,
    /// Tells two configs apart; each run keeps the one it used.
    pub digest: Digest,
}

/// The config folder, as far as it could be read, and every mistake in it.
#[derive(Default)]
pub struct House {
    /// The one client's settings, from `[client]` of `carrefour.toml`.
    pub client: ClientConfig,
    /// How the service presents itself, from `[service]` of `carrefour.toml`.
    pub service: Service,
    /// The terms that sourceurs' words are brought to, from `taxonomy.toml` or as compiled in.
    pub vocabulary: Arc<Vocabulary>,
    /// Sourceurs whose files have no mistake, by id.
    pub partners: Vec<Partner>,
    /// Sourceurs whose files have mistakes.
    pub broken: Vec<SourceurId>,
    /// Every mistake.
    pub faults: Vec<Fault>,
    /// The text of each faulty file, to show where a mistake stands.
    pub sources: Vec<(String, String)>,
    /// Files that were read.
    pub files: Vec<PathBuf>,
}

/// How the service presents itself to visitors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Where it is reached from outside.
    pub address: Option<String>,
    /// E-mail address of whoever runs it, shown on its pages.
    pub contact: Option<String>,
    /// A tile server for the moving map; without one it stands on outlines of our own.
    pub tiles: Option<Tiles>,
}

/// A server of map tiles that the operator trusts with its visitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// Address of a tile, with `{z}`, `{x}` and `{y}`.
    pub address: String,
    /// The line its licence asks to show.
    pub attribution: String,
}

impl Service {
    fn read(service: &mut Reader<'_>) -> Self {
        let address = service.address("address");
        let contact = service.text("contact").filter(|contact| {
            let is_address = contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
            if !is_address {
                let hint = Some("write one, as in `\"contact@carrefour.example\"`".to_owned());
                service.fault_at("contact", "bad-contact", format!("`{contact}` is not an e-mail address"), hint);
            }
            is_address
        });
        let tiles = service.table("tiles").and_then(|mut tiles| {
            let address = tiles.address("address");
            let attribution = tiles.required_text("attribution", "the licence of most maps asks for a line");
            tiles.finish();
            Some(Tiles { address: address?, attribution: attribution? })
        });
        service.finish();
        Self { address, contact, tiles }
    }
}

/// Why the config folder cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum HouseError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The folder named by the operator is not there.
    #[error("there is no config folder `{}`", .0.display())]
    NoFolder(PathBuf),
}

impl House {
    /// Reads a config folder. A default folder that is not there is an empty house.
    pub fn read(folder: &Path, is_default: bool) -> Result<Self, HouseError> {
        let mut house = Self::default();
        if !folder.is_dir() {
            house.vocabulary = Arc::clone(Taxonomy::builtin().vocabulary());
            return if is_default { Ok(house) } else { Err(HouseError::NoFolder(folder.to_owned())) };
        }
        let shared = house.read_shared(folder)?;
        for path in toml_files(&folder.join("sourceurs"))? {
            house.read_sourceur(&path, &shared)?;
        }
        Ok(house)
    }

    /// Reads the files named, each a sourceur's, `carrefour.toml` or `taxonomy.toml`, beside a config folder.
    pub fn read_files(folder: &Path, files: &[PathBuf]) -> Result<Self, HouseError> {
        let mut house = Self::default();
        let shared = house.read_shared(folder)?;
        house.faults.clear();
        house.files.clear();
        for path in files {
            match path.file_name().and_then(|name| name.to_str()) {
                Some("carrefour.toml") => house.read_service(path)?,
                Some("taxonomy.toml") => drop(house.read_taxonomy(path)?),
                _ => house.read_sourceur(path, &shared)?,
            }
        }
        Ok(house)
    }

    /// One partner by id.
    pub fn partner(&self, id: &SourceurId) -> Option<&Partner> {
        self.partners.iter().find(|partner| partner.sourceur.id == *id)
    }

    fn read_shared(&mut self, folder: &Path) -> Result<Shared, HouseError> {
        let service = folder.join("carrefour.toml");
        if service.is_file() {
            self.read_service(&service)?;
        }
        let taxonomy = folder.join("taxonomy.toml");
        let taxonomy = if taxonomy.is_file() { self.read_taxonomy(&taxonomy)? } else { Taxonomy::builtin() };
        self.vocabulary = Arc::clone(taxonomy.vocabulary());
        let mut lookups = Lookups::default();
        for path in toml_files(&folder.join("lookups"))? {
            self.document(&path, |document| lookups.add(&stem(&path), document))?;
        }
        Ok(Shared { taxonomy, lookups })
    }

    fn read_service(&mut self, path: &Path) -> Result<(), HouseError> {
        let (client, service) = self.document(path, |document| {
            let mut reader = document.reader();
            let client = ClientConfig::read(&mut reader);
            let service = reader.table("service").map(|mut service| Service::read(&mut service));
            reader.finish();
            (client, service)
        })?;
        self.client = client;
        self.service = service.unwrap_or_default();
        Ok(())
    }

    fn read_taxonomy(&mut self, path: &Path) -> Result<Arc<Taxonomy>, HouseError> {
        self.document(path, |document| Arc::new(Taxonomy::read(document)))
    }

    fn read_sourceur(&mut self, path: &Path, shared: &Shared) -> Result<(), HouseError> {
        let id = match stem(path).parse::<SourceurId>() {
            Ok(id) => id,
            Err(invalid) => {
                let hint = Some("rename the file: its stem is the sourceur's id".to_owned());
                self.document(path, |document| document.reader().fault("bad-id", invalid.to_string(), hint))?;
                return Ok(());
            }
        };
        let faults_before = self.faults.len();
        let partner = self.document(path, |document| {
            let mut reader = document.reader();
            let partner = Partner::read(id.clone(), &mut reader, shared);
            reader.finish();
            partner
        })?;
        match partner {
            Some(partner) if self.faults.len() == faults_before => self.partners.push(partner),
            _ => self.broken.push(id),
        }
        Ok(())
    }

    /// Reads one file whole and keeps its mistakes.
    fn document<T>(&mut self, path: &Path, read: impl FnOnce(&Document<'_>) -> T) -> Result<T, HouseError> {
        let unreadable = |source| HouseError::Unreadable { path: path.to_owned(), source };
        let bytes = fs::read(path).map_err(unreadable)?;
        let source = String::from_utf8_lossy(&bytes).into_owned();
        let name = path.display().to_string();
        let document = Document::parse(&name, &source);
        if let Err(broken) = std::str::from_utf8(&bytes) {
            let at = broken.valid_up_to();
            let hint = Some("save the file as UTF-8".to_owned());
            document.fault(at..at + 1, "not-utf8", "the file is not UTF-8 from here on", hint);
        }
        let value = read(&document);
        let faults = document.into_faults();
        if !faults.is_empty() {
            self.faults.extend(faults);
            self.sources.push((name, source));
        }
        self.files.push(path.to_owned());
        Ok(value)
    }
}

struct Shared {
    taxonomy: Arc<Taxonomy>,
    lookups: Lookups,
}

impl Partner {
    fn read(id: SourceurId, file: &mut Reader<'_>, shared: &Shared) -> Option<Self> {
        let sourceur = Sourceur::read(id, file);
        let protocol = harvester::protocol(file);
        let normalizer = Normalizer::read(file, &sourceur, Arc::clone(&shared.taxonomy), &shared.lookups);
        let digest = Digest::of([file.source().as_bytes(), normalizer.digest().as_bytes().as_slice()]);
        Some(Self { sourceur, protocol: protocol?, normalizer: Arc::new(normalizer), digest })
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The TOML files of a folder, sorted; a folder that is not there has none.
fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, HouseError> {
    let unreadable = |source| HouseError::Unreadable { path: folder.to_owned(), source };
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
