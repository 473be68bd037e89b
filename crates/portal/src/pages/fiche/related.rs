//! Other actions: other editions, the same idea elsewhere, and what reads alike.

use api::{Labels, Unanswered};
use model::{Action, ActionId, RelationKind};
use search::Hit;

use crate::PortalState;
use crate::card::Card;
use crate::page::Page;
use crate::pages::errors::Fault;
use crate::words::fiche::Fiche;

/// Most cards of one group.
const MOST: usize = 5;

/// Other actions, by what ties them to this one.
#[derive(Default)]
pub(crate) struct Related {
    pub(crate) groups: Vec<Group>,
}

/// Actions with one tie.
pub(crate) struct Group {
    pub(crate) anchor: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) cards: Vec<Card>,
}

impl Related {
    /// Ties that are known first, then what reads alike. Without an index there is nothing alike.
    pub(crate) async fn of(
        state: &PortalState,
        action: &Action,
        words: &'static Fiche,
        labels: &Labels,
        page: &Page,
    ) -> Result<Self, Fault> {
        let tied = |kind| action.relations.iter().filter(move |tie| tie.kind == kind).map(|tie| tie.action);
        let variants: Vec<ActionId> = tied(RelationKind::VariantOf).take(MOST).collect();
        let editions: Vec<ActionId> = tied(RelationKind::EditionOf).take(MOST).collect();
        let alike = alike(state, action).await?;
        let alike: Vec<Hit> = alike
            .into_iter()
            .filter(|hit| !action.relations.iter().any(|tie| tie.action == hit.id))
            .take(MOST)
            .collect();

        let card = |action: &Action| Card::of(action, labels, &state.api.vocabulary, page);
        let mut groups = Vec::new();
        for (anchor, kind, lead, ids) in [
            ("ailleurs", RelationKind::VariantOf, words.variants_lead, variants),
            ("editions", RelationKind::EditionOf, "", editions),
        ] {
            let mut cards = Vec::with_capacity(ids.len());
            for row in state.api.store.actions_by_id(&ids).await? {
                cards.push(card(&row.action()?));
            }
            groups.push(Group { anchor, heading: words.relation(kind), lead, cards });
        }
        let mut cards = Vec::with_capacity(alike.len());
        for row in state.api.rows(&alike).await? {
            cards.push(card(&row.action()?));
        }
        groups.push(Group { anchor: "proches", heading: words.similar, lead: words.similar_lead, cards });
        groups.retain(|group| !group.cards.is_empty());
        Ok(Self { groups })
    }
}

/// What reads alike; some more than are shown, for what is tied already is left out.
async fn alike(state: &PortalState, action: &Action) -> Result<Vec<Hit>, Fault> {
    match state.api.similar(action, MOST + action.relations.len().min(MOST * 2)).await {
        Ok(hits) => Ok(hits),
        Err(Unanswered::Building { .. } | Unanswered::IndexFailed) => Ok(Vec::new()),
        Err(other) => Err(other.into()),
    }
}
