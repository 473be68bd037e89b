//! Single values: agreement, freshness, rank, fullness.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{Action, Contact, PartialDate, RecordRef, SourceurId, fold};

use super::{Member, Merged, known, standing};

pub(super) fn merge(merged: &mut Merged<'_>) {
    let title = merged.told(|action| filled(Some(action.title.as_str())));
    let title = merged.given("title", pick(title, |title| fold(title), |title| title.chars().count()));
    merged.action.title = title.unwrap_or_default().to_owned();

    let summary = merged.told(|action| filled(action.summary.as_deref()));
    let summary = merged.given("summary", pick(summary, |text| fold(text), |text| text.len()));
    merged.action.summary = summary.map(str::to_owned);

    let quote = merged.told(|action| filled(action.quote.as_deref()));
    let quote = merged.given("quote", pick(quote, |text| fold(text), |text| text.len()));
    merged.action.quote = quote.map(str::to_owned);

    let language = merged.told(|action| filled(action.language.as_deref()));
    let language = merged.given("language", pick(language, |tag| tag.to_ascii_lowercase(), |tag| tag.len()));
    merged.action.language = language.map(str::to_owned);

    let scope = merged.told(|action| action.scope);
    merged.action.scope = merged.given("scope", pick(scope, |scope| *scope, |_| 0));

    let status = merged.told(|action| known(action.status));
    let status = if status.is_empty() { merged.told(|action| action.status) } else { status };
    merged.action.status = merged.given("status", pick(status, |status| *status, |_| 0));

    merged.action.started_on = date(merged, "started_on", |action| action.started_on);
    merged.action.ended_on = date(merged, "ended_on", |action| action.ended_on);

    let updates = merged.told(|action| action.source_updated_on);
    let latest = updates.into_iter().min_by_key(|(member, date)| (Reverse(*date), standing(member)));
    merged.action.source_updated_on =
        merged.given("source_updated_on", latest.map(|(member, date)| (member.record, date)));

    contact(merged);
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// Dates of one year agree; the most precise of them says most.
fn date<'a>(
    merged: &mut Merged<'a>,
    field: &str,
    of: impl Fn(&'a Action) -> Option<PartialDate>,
) -> Option<PartialDate> {
    let agreed = agreed(merged.told(of), |date| date.year());
    let precision = |date: &PartialDate| Reverse(date.to_string().len());
    let won = agreed.into_iter().min_by_key(|(member, date)| (precision(date), standing(member)));
    merged.given(field, won.map(|(member, date)| (member.record, date)))
}

/// Among the members that agree most: the fresher, then the better rank, then the fuller value.
fn pick<'a, T: Copy, K: Ord>(
    told: Vec<(&'a Member<'a>, T)>,
    same: impl Fn(&T) -> K,
    fullness: impl Fn(&T) -> usize,
) -> Option<(&'a RecordRef, T)> {
    let won = agreed(told, same).into_iter().min_by_key(|(member, value)| {
        let (freshness, rank, record) = standing(member);
        (freshness, rank, Reverse(fullness(value)), record)
    });
    won.map(|(member, value)| (member.record, value))
}

/// The values that most sourceurs agree on; of several groups as large, all.
fn agreed<'a, T, K: Ord>(told: Vec<(&'a Member<'a>, T)>, same: impl Fn(&T) -> K) -> Vec<(&'a Member<'a>, T)> {
    let mut voices: BTreeMap<K, BTreeSet<&SourceurId>> = BTreeMap::new();
    for (member, value) in &told {
        voices.entry(same(value)).or_default().insert(&member.record.sourceur);
    }
    let most = voices.values().map(BTreeSet::len).max().unwrap_or_default();
    told.into_iter().filter(|(_, value)| voices.get(&same(value)).is_some_and(|voices| voices.len() == most)).collect()
}

/// The contact of one record, whole: an address of one organisation beside the phone of another
/// would lead nowhere.
fn contact(merged: &mut Merged<'_>) {
    let told = merged.told(|action| action.contact.as_ref().filter(|contact| **contact != Contact::default()));
    let fullness = |contact: &&Contact| {
        let fields = [&contact.name, &contact.address, &contact.email, &contact.phone, &contact.url];
        fields.into_iter().flatten().count() + contact.persons.len()
    };
    let won = pick(told, |contact| fold(contact.name.as_deref().unwrap_or_default()), fullness);
    merged.action.contact = merged.given("contact", won).cloned();
}
