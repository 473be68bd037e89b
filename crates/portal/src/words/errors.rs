//! Words of the error pages.

/// Words of the error pages.
#[derive(Debug)]
pub(crate) struct Errors {
    pub(crate) bad_request: Told,
    pub(crate) not_found: Told,
    pub(crate) gone: Told,
    pub(crate) not_allowed: Told,
    pub(crate) not_ready: Told,
    pub(crate) broken: Told,
    pub(crate) since: &'static str,
    pub(crate) search: &'static str,
    pub(crate) home: &'static str,
}

/// One thing that can go wrong.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) title: &'static str,
    /// What happened.
    pub(crate) happened: &'static str,
    /// What to do now.
    pub(crate) advice: &'static str,
}

pub(crate) static FR: Errors = Errors {
    bad_request: Told {
        title: "Cette adresse n’est pas comprise",
        happened: "Une partie de l’adresse ne correspond à rien que nous sachions chercher.",
        advice: "Vérifiez ce qui suit le point d’interrogation, ou repartez d’une recherche simple.",
    },
    not_found: Told {
        title: "Il n’y a rien à cette adresse",
        happened: "La page a peut-être changé de place, ou l’adresse a été mal recopiée.",
        advice: "Cherchez l’action par quelques mots de son titre ou par le nom de la commune.",
    },
    gone: Told {
        title: "Cette action a été retirée",
        happened: "Elle a figuré dans la base, puis tous ceux qui la racontaient l’ont retirée.",
        advice: "Une autre action proche existe peut-être : cherchez-la par son thème ou par son territoire.",
    },
    not_allowed: Told {
        title: "Cette adresse se lit seulement",
        happened: "On peut consulter cette page, mais rien y envoyer.",
        advice: "Ouvrez-la par un lien, ou repartez de l’accueil.",
    },
    not_ready: Told {
        title: "L’index se prépare",
        happened: "La base est en train d’être relue pour pouvoir être cherchée. C’est l’affaire de quelques instants.",
        advice: "Rechargez la page dans un moment.",
    },
    broken: Told {
        title: "Le service est momentanément indisponible",
        happened: "La panne vient de chez nous, et elle vient d’être notée.",
        advice: "Réessayez dans quelques minutes.",
    },
    since: "C’était le",
    search: "Rechercher une action",
    home: "Revenir à l’accueil",
};

pub(crate) static EN: Errors = Errors {
    bad_request: Told {
        title: "This address makes no sense to us",
        happened: "Part of the address is nothing we know how to look for.",
        advice: "Check what follows the question mark, or start again from a plain search.",
    },
    not_found: Told {
        title: "There is nothing at this address",
        happened: "The page may have moved, or the address may have been copied wrongly.",
        advice: "Look for the action by a few words of its title, or by the name of the commune.",
    },
    gone: Told {
        title: "This action was withdrawn",
        happened: "It was in the base, then everyone who told of it withdrew it.",
        advice: "Another action like it may exist: look for it by theme or by territory.",
    },
    not_allowed: Told {
        title: "This address can only be read",
        happened: "This page can be looked at, but nothing can be sent to it.",
        advice: "Open it through a link, or start again from the home page.",
    },
    not_ready: Told {
        title: "The index is being made",
        happened: "The base is being read again so that it can be searched. It takes a few moments.",
        advice: "Reload the page in a moment.",
    },
    broken: Told {
        title: "The service is unavailable for the moment",
        happened: "The fault is ours, and it has just been noted.",
        advice: "Try again in a few minutes.",
    },
    since: "It was on",
    search: "Search for an action",
    home: "Back to the home page",
};
