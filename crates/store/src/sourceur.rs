//! Sourceurs as the base knows them: their public face, their state, their figures.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{ContactReach, ImageReach, Rights, RunState, Sourceur, SourceurId, TextReach};
use serde::{Deserialize, Serialize};
use sqlx::query;

use crate::run::RunRow;
use crate::{Result, Store, StoreError, row};

/// Whether a sourceur is harvested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceurState {
    /// Harvested.
    Active,
    /// A person stopped it for now.
    Paused,
    /// It failed too often; the schedule leaves it alone.
    Suspended,
    /// A person stopped it for good; its actions stay.
    Retired,
}

impl SourceurState {
    const ALL: [(&'static str, Self); 4] = [
        ("active", Self::Active),
        ("paused", Self::Paused),
        ("suspended", Self::Suspended),
        ("retired", Self::Retired),
    ];

    /// Its name, as stored and printed.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, state)| *state == self).map_or("active", |(name, _)| name)
    }
}

impl FromStr for SourceurState {
    type Err = String;

    fn from_str(word: &str) -> std::result::Result<Self, String> {
        let found = Self::ALL.iter().find(|(name, _)| *name == word);
        found.map(|(_, state)| *state).ok_or_else(|| format!("`{word}` is no state of a sourceur"))
    }
}

/// A sourceur with its figures.
#[derive(Clone, Debug)]
pub struct SourceurRow {
    /// Stem of its file.
    pub id: SourceurId,
    /// Name, as shown.
    pub name: String,
    /// Its own home page.
    pub home: Option<String>,
    /// Its own legal words.
    pub notice: Option<String>,
    /// Who wins when two records disagree; lower wins.
    pub rank: i32,
    /// How often it is due.
    pub every: Duration,
    /// What may leave the house.
    pub rights: Rights,
    /// Language of its texts, BCP 47.
    pub language: String,
    /// No two records of it are one action.
    pub clean_source: bool,
    /// Whether it is harvested.
    pub state: SourceurState,
    /// Why it is in this state.
    pub state_reason: Option<String>,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// Its present records.
    pub records: u64,
    /// Actions that have one of them.
    pub actions: u64,
    /// Its last run, however it ended.
    pub last_run: Option<RunRow>,
    /// When a run of it last was published or told that nothing changed.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When the schedule harvests it next; none: at once.
    pub next_due_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Writes down the public face of sourceurs' files. A face that is known already writes nothing;
    /// one whose rights, rank, notice or cleanness changed has its records resolved again.
    pub async fn register(&self, sourceurs: &[Sourceur], now: DateTime<Utc>) -> Result<()> {
        let each = || sourceurs.iter();
        let ids: Vec<String> = each().map(|each| each.id.to_string()).collect();
        let names: Vec<String> = each().map(|each| each.name.clone()).collect();
        let homes: Vec<Option<String>> = each().map(|each| each.home.clone()).collect();
        let notices: Vec<Option<String>> = each().map(|each| each.notice.clone()).collect();
        let ranks: Vec<i32> = each().map(|each| each.rank).collect();
        let every: Vec<i64> = each().map(|each| row::number(each.every.as_secs())).collect();
        let languages: Vec<String> = each().map(|each| each.language.clone()).collect();
        let clean: Vec<bool> = each().map(|each| each.clean_source).collect();
        let licences: Vec<String> = each().map(|each| each.rights.licence.clone()).collect();
        let texts: Vec<String> = each().map(|each| word(&each.rights.text)).collect();
        let images: Vec<String> = each().map(|each| word(&each.rights.images)).collect();
        let contacts: Vec<String> = each().map(|each| word(&each.rights.contacts)).collect();
        query!(
            // Only what differs is touched: an upsert would lock, and so write, every row that it leaves as it is.
            "with face as (
                select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[],
                    $7::text[], $8::bool[], $9::text[], $10::text[], $11::text[], $12::text[])
                as t(id, name, home, notice, rank, every_seconds, language, clean_source, licence, text_reach,
                    image_reach, contact_reach)
            ), differs as (
                select f.*, s.id is not null
                    and (s.notice, s.rank, s.clean_source, s.licence, s.text_reach, s.image_reach, s.contact_reach)
                    is distinct from
                    (f.notice, f.rank, f.clean_source, f.licence, f.text_reach, f.image_reach, f.contact_reach) as weighs
                from face f left join sourceur s on s.id = f.id
                where s.id is null or (s.name, s.home, s.notice, s.rank, s.every_seconds, s.language, s.clean_source,
                        s.licence, s.text_reach, s.image_reach, s.contact_reach)
                    is distinct from (f.name, f.home, f.notice, f.rank, f.every_seconds, f.language, f.clean_source,
                        f.licence, f.text_reach, f.image_reach, f.contact_reach)
                order by f.id
            ), told as (
                insert into dirty (sourceur, source_id)
                select m.sourceur, m.source_id from differs d join membership m on m.sourceur = d.id
                where d.weighs and m.present
            )
            insert into sourceur (id, name, home, notice, rank, every_seconds, language, clean_source, licence,
                text_reach, image_reach, contact_reach, state_since, registered_at)
            select id, name, home, notice, rank, every_seconds, language, clean_source, licence, text_reach,
                image_reach, contact_reach, $13, $13
            from differs
            on conflict (id) do update set name = excluded.name, home = excluded.home, notice = excluded.notice,
                rank = excluded.rank, every_seconds = excluded.every_seconds, language = excluded.language,
                clean_source = excluded.clean_source, licence = excluded.licence, text_reach = excluded.text_reach,
                image_reach = excluded.image_reach, contact_reach = excluded.contact_reach",
            &ids,
            &names,
            homes as _,
            notices as _,
            &ranks,
            &every,
            &languages,
            &clean,
            &licences,
            &texts,
            &images,
            &contacts,
            now
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Every sourceur ever registered, by id.
    pub async fn sourceurs(&self) -> Result<Vec<SourceurRow>> {
        self.sourceur_rows(None).await
    }

    /// One sourceur.
    pub async fn sourceur(&self, id: &SourceurId) -> Result<Option<SourceurRow>> {
        Ok(self.sourceur_rows(Some(id)).await?.pop())
    }

    /// Sets whether a sourceur is harvested, and why.
    pub async fn set_state(
        &self,
        id: &SourceurId,
        state: SourceurState,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        query!(
            "update sourceur set state = $2, state_reason = $3,
                state_since = case when state = $2 then state_since else $4 end
             where id = $1 and (state, state_reason) is distinct from ($2, $3)",
            id.as_str(),
            state.as_str(),
            reason,
            now
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Takes a sourceur off the schedule for its own failure, unless a person has decided about it.
    pub async fn suspend(&self, id: &SourceurId, reason: &str, now: DateTime<Utc>) -> Result<()> {
        query!(
            "update sourceur set state = 'suspended', state_reason = $2, state_since = $3
             where id = $1 and state = 'active'",
            id.as_str(),
            reason,
            now
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Puts a sourceur that failed back on the schedule; what a person has decided stands.
    pub async fn end_suspension(&self, id: &SourceurId, now: DateTime<Utc>) -> Result<()> {
        query!(
            "update sourceur set state = 'active', state_reason = null, state_since = $2
             where id = $1 and state = 'suspended'",
            id.as_str(),
            now
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Sets when the schedule harvests a sourceur next.
    pub async fn set_due(&self, id: &SourceurId, next_due_at: DateTime<Utc>) -> Result<()> {
        query!("update sourceur set next_due_at = $2 where id = $1", id.as_str(), next_due_at)
            .execute(&self.db)
            .await?;
        Ok(())
    }

    async fn sourceur_rows(&self, only: Option<&SourceurId>) -> Result<Vec<SourceurRow>> {
        let rows = query!(
            r#"select s.*, last.id as "last_run?", success.published_at as "last_success_at?"
            from sourceur s
            left join lateral (select id from run where run.sourceur = s.id order by id desc limit 1) last on true
            left join lateral (
                select max(published_at) as published_at from run
                where run.sourceur = s.id and state in ('published', 'unchanged')
            ) success on true
            where $1::text is null or s.id = $1
            order by s.id"#,
            only.map(SourceurId::as_str)
        )
        .fetch_all(&self.db)
        .await?;
        let counts = self.told().await?;
        let last: Vec<_> = rows.iter().filter_map(|row| row.last_run).collect();
        let mut last = self.runs_by_id(&last).await?;
        let mut found = Vec::with_capacity(rows.len());
        for each in rows {
            let inconsistent = |column, rule: String| StoreError::inconsistent("sourceur", column, &each.id, &rule);
            let told = counts.get(&each.id).copied().unwrap_or_default();
            found.push(SourceurRow {
                id: row::sourceur("sourceur", &each.id)?,
                state: each.state.parse().map_err(|rule| inconsistent("state", rule))?,
                rights: rights(&each.id, each.licence, &each.text_reach, &each.image_reach, &each.contact_reach)?,
                name: each.name,
                home: each.home,
                notice: each.notice,
                rank: each.rank,
                every: Duration::from_secs(row::count(each.every_seconds)),
                language: each.language,
                clean_source: each.clean_source,
                state_reason: each.state_reason,
                state_since: each.state_since,
                records: told.records,
                actions: told.actions,
                last_run: each.last_run.and_then(|id| last.remove(&id)),
                last_success_at: each.last_success_at,
                next_due_at: each.next_due_at,
            });
        }
        Ok(found)
    }
}

/// Rights from their four columns.
pub(crate) fn rights(id: &str, licence: String, text: &str, images: &str, contacts: &str) -> Result<Rights> {
    let inconsistent = |column, word: &str| StoreError::inconsistent("sourceur", column, &id, &format!("`{word}`"));
    Ok(Rights {
        licence,
        text: from_word::<TextReach>(text).ok_or_else(|| inconsistent("text_reach", text))?,
        images: from_word::<ImageReach>(images).ok_or_else(|| inconsistent("image_reach", images))?,
        contacts: from_word::<ContactReach>(contacts).ok_or_else(|| inconsistent("contact_reach", contacts))?,
    })
}

/// The word that a plain enum of the model is written with.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a plain enum is written as one word, not as {other:?}"),
    }
}

/// The plain enum of the model that a word stands for.
pub(crate) fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// A run's state from its column.
pub(crate) fn run_state(run: uuid::Uuid, word: &str) -> Result<RunState> {
    word.parse().map_err(|rule| StoreError::inconsistent("run", "state", &run, &rule))
}
