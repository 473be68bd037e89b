//! The Apriles mapping over pages in its layout, in several markups, with a story of our own.

use model::{ActorRole, LinkRel, Normalized, Payload, SectionKind};

use crate::{apply, told};

const CONFIG: &str = include_str!("../../../../config/sourceurs/apriles.toml");

const NEWS: &str = r#"<div id="menu"><ul><li><a href="/">Accueil</a></li><li><a href="/a">Recherchez une action</a></li><li><a href="/b">Nos partenaires</a></li></ul></div>
<div class="moduletable"><h3>Paulette Durand-Martin - « Rester utile »</h3><p>Depuis 1998, cette habitante de Vierzon anime un atelier. <a href="/news/1">&gt;&gt; Lire la suite...</a></p></div>
<div class="moduletable"><h3>Abonnez-vous !</h3><p><a href="/lettre">&gt;&gt; Consultez les dernières lettres</a></p></div>
<div class="moduletable"><p>Une nouvelle plateforme ouvre en ligne : plus de 300 projets à Limoges.</p></div>"#;

const TRAIL: &str = r#"<span class="pathway"><a href="/">Accueil</a> <img src="/arrow.png" alt="arrow"> <a href="/a">Recherchez une action</a> <img src="/arrow.png" alt="arrow"> <a href="/c">Vie des territoires</a> <img src="/arrow.png" alt="arrow"> La Fabrique du bourg - 24</span>"#;

/// Bold labels and line breaks in tables, as SOBI2 writes them.
fn bold() -> String {
    format!(
        r#"<html><head><title>Apriles</title></head><body><table><tr><td class="left">{NEWS}</td><td>
{TRAIL}
<p><a href="/mail">Envoyer à un(e) ami(e)</a><br>Version imprimable</p>
<table class="sobi2Details"><tr><td>
<h1>La Fabrique du bourg - 24</h1>
<p>Mis à jour le: 14-02-2017</p>
<p><strong>Type d'action :</strong></p>
<ul><li>Développement local rural</li><li>Gouvernance, partenariats institutionnels</li></ul>
<p><strong>Région :</strong> Aquitaine</p>
<p><strong>Sur le vif :</strong><br>"Ici, on répare ensemble ce qu'on jetait chacun dans son coin".</p>
<p><strong>Porteur(s) de l'action :</strong><br>Centre social de Bergerac, Conseil général de la Dordogne</p>
<p><strong>Objectif(s) et bref descriptif :</strong><br>Ouvrir un atelier partagé. Il est tenu par les voisins.</p>
<p><strong>Origine(s) :</strong><br>L'atelier est né en 2011 au c'ur du quartier de la Moulette, à l'est de Bergerac, qui compte 1800 habitants. Les artisans, les parents' y passent.</p>
<p><strong>Description détaillée :</strong><br>Chaque mercredi, on y mène la mise en 'uvre des chantiers.</p>
<p>Deux bénévoles accueillent.</p>
<p><strong>Un lieu qui s'ouvre</strong><br>Les écoles viennent aussi (2012 ' 2015).</p>
<p><strong>Impact(s) :</strong><br>- Moins de déchets<br>- Plus de rencontres</p>
<p><strong>Partenaire(s) :</strong><br>Ville de Bergerac<br>Emmaüs Dordogne</p>
<p><strong>Moyens :</strong></p>
<p><strong>Humains :</strong> deux salariés</p>
<p><strong>Financiers :</strong> 3 000 euros</p>
<p><strong>Matériels :</strong> un garage / des outils</p>
<p><a href="/docs/article.pdf">&gt;&gt;Consulter l'article de la Gazette du bourg</a></p>
<p>*Mention légale :<br>Le contenu de cette fiche relève de la seule responsabilité de l'Agence.</p>
<p><a href="javascript:history.go(-1)">[ Retour ]</a></p>
</td></tr></table></td></tr></table></body></html>"#
    )
}

/// Nothing but line breaks: no label is marked up at all.
fn bare() -> String {
    format!(
        r#"<body>{NEWS}<div>Accueil &gt; Recherchez une action &gt; Vie des territoires &gt; La Fabrique du bourg - 24</div>
<div>Envoyer à un(e) ami(e)</div><div>Version imprimable</div>
<div class="fiche"><div class="componentheading">La Fabrique du bourg - 24</div><br>
Mis à jour le: 14-02-2017<br><br>Type d'action :<br><br>&bull; Développement local rural<br>&bull; Gouvernance, partenariats institutionnels<br><br>
Région : Aquitaine<br><br>Sur le vif :<br>"Ici, on répare ensemble ce qu'on jetait chacun dans son coin".<br><br>
Porteur(s) de l'action :<br>Centre social de Bergerac, Conseil général de la Dordogne<br><br>
Objectif(s) et bref descriptif :<br>Ouvrir un atelier partagé. Il est tenu par les voisins.<br><br>
Origine(s) :<br>L'atelier est né en 2011 au c'ur du quartier de la Moulette, à l'est de Bergerac, qui compte 1800 habitants. Les artisans, les parents' y passent.<br><br>
Description détaillée :<br>Chaque mercredi, on y mène la mise en 'uvre des chantiers.<br><br>Deux bénévoles accueillent.<br><br>Un lieu qui s'ouvre<br>Les écoles viennent aussi (2012 ' 2015).<br><br>
Impact(s) :<br>- Moins de déchets<br>- Plus de rencontres<br><br>
Partenaire(s) :<br>Ville de Bergerac<br>Emmaüs Dordogne<br><br>Moyens :<br><br><br>Humains : deux salariés<br><br>Financiers : 3 000 euros<br><br>Matériels : un garage / des outils<br><br>
<a href="/docs/article.pdf">&gt;&gt;Consulter l'article de la Gazette du bourg</a><br>*Mention légale :<br>Le contenu de cette fiche relève de la seule responsabilité de l'Agence.<br>[ Retour ]</div></body>"#
    )
}

/// Headings, lists, definition-like blocks; partners separated by commas; labels without a colon.
fn headings() -> String {
    format!(
        r#"<body><main><ol class="breadcrumb"><li><a href="/">Accueil</a></li><li><a href="/a">Recherchez une action</a></li><li><a href="/c">Vie des territoires</a></li><li>La Fabrique du bourg - 24</li></ol>
<article><h2>La Fabrique du bourg - 24</h2><p class="date"><em>Mis à jour le</em> : 14-02-2017</p>
<h4>Type d’action</h4><p>• Développement local rural<br>• Gouvernance, partenariats institutionnels</p>
<h4>Région</h4><p>Aquitaine</p><h4>Sur le vif</h4><blockquote>"Ici, on répare ensemble ce qu'on jetait chacun dans son coin".</blockquote>
<h4>Porteur(s) de l’action</h4><ul><li>Centre social de Bergerac</li><li>Conseil général de la Dordogne</li></ul>
<h4>Objectif(s) et bref descriptif</h4><p>Ouvrir un atelier partagé. Il est tenu par les voisins.</p>
<h4>Origine(s)</h4><p>L'atelier est né en 2011 au c'ur du quartier de la Moulette, à l'est de Bergerac, qui compte 1800 habitants. Les artisans, les parents' y passent.</p>
<h4>Description détaillée</h4><p>Chaque mercredi, on y mène la mise en 'uvre des chantiers.</p><p>Deux bénévoles accueillent.</p><h5>Un lieu qui s'ouvre</h5><p>Les écoles viennent aussi (2012 ' 2015).</p>
<h4>Impact(s)</h4><ul><li>Moins de déchets</li><li>Plus de rencontres</li></ul>
<h4>Partenaire(s)</h4><p>Ville de Bergerac, Emmaüs Dordogne</p>
<h4>Moyens</h4><dl><dt>Humains</dt><dd>deux salariés</dd><dt>Financiers</dt><dd>3 000 euros</dd><dt>Matériels</dt><dd>un garage / des outils</dd></dl>
<p><a href="/docs/article.pdf">&gt;&gt; Consulter l'article de la Gazette du bourg</a></p>
<p><small>*Mention légale : Le contenu de cette fiche relève de la seule responsabilité de l'Agence.</small></p></article></main><aside>{NEWS}</aside></body>"#
    )
}

#[track_caller]
fn check(page: String) -> Normalized {
    let normalized = apply(CONFIG, Payload::Html(page));
    let action = &normalized.action;
    assert_eq!(action.title, "La Fabrique du bourg");
    assert_eq!(action.source_updated_on.map(|date| date.to_string()).as_deref(), Some("2017-02-14"));
    assert_eq!(action.started_on.map(|date| date.to_string()).as_deref(), Some("2011"));
    let themes: Vec<&str> = action.themes.iter().map(|theme| theme.id.as_str()).collect();
    assert_eq!(
        themes,
        [
            "developpement-territoires/developpement-rural",
            "gouvernance-cooperation/partenariats-institutionnels",
            "developpement-territoires",
        ]
    );
    assert_eq!(action.unmapped, []);
    assert_eq!(action.quote.as_deref(), Some("\"Ici, on répare ensemble ce qu'on jetait chacun dans son coin\"."));
    assert_eq!(action.summary.as_deref(), Some("Ouvrir un atelier partagé. Il est tenu par les voisins."));

    let actors: Vec<(&str, ActorRole)> = action.actors.iter().map(|actor| (actor.name.as_str(), actor.role)).collect();
    assert_eq!(
        actors,
        [
            ("Centre social de Bergerac", ActorRole::Carrier),
            ("Conseil général de la Dordogne", ActorRole::Carrier),
            ("Ville de Bergerac", ActorRole::Partner),
            ("Emmaüs Dordogne", ActorRole::Partner),
        ]
    );

    let section = |kind: SectionKind| {
        let found = action.sections.iter().find(|section| section.kind == kind);
        found.unwrap_or_else(|| panic!("no {kind:?} in {:?}", action.sections))
    };
    assert_eq!(
        section(SectionKind::Origin).text,
        "L'atelier est né en 2011 au cœur du quartier de la Moulette, à l'est de Bergerac, qui compte 1800 habitants. \
         Les artisans, les parents… y passent."
    );
    assert_eq!(section(SectionKind::Origin).heading.as_deref(), Some("Origine(s)"));
    let description = section(SectionKind::Description);
    let lines: Vec<&str> = description.text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "Chaque mercredi, on y mène la mise en œuvre des chantiers.",
            "Deux bénévoles accueillent.",
            "Un lieu qui s'ouvre",
            "Les écoles viennent aussi (2012 – 2015).",
        ]
    );
    assert!(
        description.html.as_deref().is_some_and(|html| html.contains("Un lieu qui s'ouvre") && html.starts_with("<p>"))
    );
    let impacts: Vec<&str> = section(SectionKind::Impacts).text.lines().collect();
    assert_eq!(impacts, ["- Moins de déchets", "- Plus de rencontres"]);
    assert_eq!(section(SectionKind::ResourcesHuman).text, "deux salariés");
    assert_eq!(section(SectionKind::ResourcesFinancial).text, "3 000 euros");
    assert_eq!(section(SectionKind::ResourcesMaterial).text, "un garage / des outils");

    assert_eq!(action.places.len(), 1, "{:?}", action.places);
    let place = &action.places[0];
    let id = |id: &Option<model::TerritoryId>| id.as_ref().map(ToString::to_string);
    assert_eq!(id(&place.territory).as_deref(), Some("commune:24037"));
    assert_eq!(id(&place.departement).as_deref(), Some("departement:24"));
    assert_eq!(id(&place.region).as_deref(), Some("region:75"));
    assert!(place.written.as_deref().is_some_and(|written| written.contains("Aquitaine")));
    assert_eq!(place.detail.as_deref(), Some("quartier de la Moulette"));

    let links: Vec<(&str, LinkRel, Option<&str>)> =
        action.links.iter().map(|link| (link.url.as_str(), link.rel, link.title.as_deref())).collect();
    let title = "Consulter l'article de la Gazette du bourg";
    assert_eq!(links, [("https://exemple.fr/docs/article.pdf", LinkRel::Article, Some(title))]);
    assert_eq!(action.language.as_deref(), Some("fr"));

    let json = serde_json::to_string(&action).unwrap();
    for leak in ["Paulette", "Vierzon", "Limoges", "lettres", "Mention", "Retour", "imprimable", "Agence"] {
        assert!(!json.contains(leak), "`{leak}` leaked into {json}");
    }
    normalized
}

#[test]
fn a_fiche_in_bold_labels_fills_every_field() {
    let normalized = check(bold());
    let told = told(&normalized);
    for expected in ["sections.origin:lost-ligature", "sections.origin:lost-mark", "sections.description:lost-ligature"]
    {
        assert!(told.contains(&expected.to_owned()), "{expected} is not told: {told:?}");
    }
    assert!(!normalized.is_rejected());
}

#[test]
fn a_fiche_without_any_markup_fills_every_field() {
    check(bare());
}

#[test]
fn a_fiche_in_headings_and_lists_fills_every_field() {
    check(headings());
}

#[test]
fn a_fiche_that_lacks_fields_takes_none_from_its_neighbours() {
    let page = format!(
        r"<body>{NEWS}<div><h1>Petit potager</h1><p><b>Mis à jour le:</b> 01-01-2010</p>
<p><b>Région :</b> Bretagne</p><p><b>Sur le vif :</b></p><p><b>Origine(s) :</b><br>Une idée simple.</p>
<p><b>Partenaire(s) :</b></p><p><b>Moyens :</b></p></div></body>"
    );
    let action = apply(CONFIG, Payload::Html(page)).action;
    assert_eq!(action.title, "Petit potager");
    assert_eq!((action.quote, action.summary, action.started_on), (None, None, None));
    assert_eq!(action.actors, []);
    assert_eq!(action.sections.len(), 1);
    assert_eq!(action.places[0].territory.as_ref().unwrap().to_string(), "region:53");
}
