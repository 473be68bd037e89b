-- The base: sourceurs and their runs, records and their versions, merged actions and their log.
-- Documents that are only ever read whole (an action, its body) are `json`: they come back byte for
-- byte and cost no conversion. Lists that questions look into are arrays or `jsonb`.

create table sourceur (
    id text collate "C" primary key,
    name text not null,
    home text,
    notice text,
    rank integer not null,
    every_seconds bigint not null check (every_seconds >= 0),
    language text not null,
    clean_source boolean not null,
    licence text not null,
    text_reach text not null check (text_reach in ('full', 'excerpt', 'link')),
    image_reach text not null check (image_reach in ('full', 'link', 'none')),
    contact_reach text not null check (contact_reach in ('none', 'organisation', 'all')),
    state text not null default 'active' check (state in ('active', 'paused', 'suspended', 'retired')),
    state_reason text,
    state_since timestamptz not null,
    next_due_at timestamptz,
    registered_at timestamptz not null
);
comment on table sourceur is 'Who tells: the public face of each sourceur''s file as its last run knew it. An id never dies and is never given again.';
comment on column sourceur.id is 'Stem of its config file.';
comment on column sourceur.name is 'Name, as shown.';
comment on column sourceur.home is 'Its own home page.';
comment on column sourceur.notice is 'Its own legal words, shown with each fiche.';
comment on column sourceur.rank is 'Who wins when two records disagree and neither is fresher; lower wins.';
comment on column sourceur.every_seconds is 'How often it is due, in seconds.';
comment on column sourceur.language is 'Language of its texts unless they say otherwise, BCP 47.';
comment on column sourceur.clean_source is 'No two records of it are one action.';
comment on column sourceur.licence is 'SPDX id, LO-2.0, or unknown.';
comment on column sourceur.text_reach is 'How much text may leave the house.';
comment on column sourceur.image_reach is 'Which images may leave the house.';
comment on column sourceur.contact_reach is 'Which contacts may leave the house.';
comment on column sourceur.state is 'active, or why it is not harvested: paused and retired by a person, suspended by its own failures.';
comment on column sourceur.state_reason is 'Why it is in this state, in words.';
comment on column sourceur.state_since is 'Since when it is in this state.';
comment on column sourceur.next_due_at is 'When the schedule harvests it next; null: at once.';
comment on column sourceur.registered_at is 'When its file was first seen.';

create table lease (
    sourceur text collate "C" primary key references sourceur,
    token bigint not null,
    holder text not null,
    taken_at timestamptz not null default now()
);
comment on table lease is 'Who harvests a sourceur now. The right itself is a session''s advisory lock, gone with the session; the token here fences off whoever lost it and does not know.';
comment on column lease.sourceur is 'Which sourceur.';
comment on column lease.token is 'Grows at each taking; a writer whose token is not this one is refused.';
comment on column lease.holder is 'Who took it last, in words.';
comment on column lease.taken_at is 'When, by the database''s clock.';

create table run (
    id uuid primary key,
    sourceur text collate "C" not null references sourceur,
    state text not null check (state in ('landing', 'held', 'published', 'unchanged', 'undone', 'failed', 'interrupted')),
    token bigint not null,
    config_digest bytea not null check (length(config_digest) = 16),
    started_at timestamptz not null,
    ended_at timestamptz,
    published_at timestamptz,
    complete boolean not null default false,
    read bigint not null default 0,
    new bigint not null default 0,
    changed bigint not null default 0,
    unchanged bigint not null default 0,
    rejected bigint not null default 0,
    withdrawn bigint not null default 0,
    repeated bigint not null default 0,
    absent bigint not null default 0,
    requests bigint not null default 0,
    bytes bigint not null default 0,
    duration_ms bigint not null default 0,
    reason jsonb,
    cursor jsonb,
    etag text,
    last_modified text,
    moved_to text,
    constraint account_adds_up check (read = new + changed + unchanged + rejected + withdrawn + repeated)
);
create index run_of_sourceur on run (sourceur, id desc);
comment on table run is 'One harvest of one sourceur, with an account that adds up.';
comment on column run.id is 'UUIDv7 made by us.';
comment on column run.sourceur is 'Whose run.';
comment on column run.state is 'landing while records come in, then how it ended.';
comment on column run.token is 'Token of the lease under which it was last written: later ones are greater, whatever clocks say.';
comment on column run.config_digest is 'Digest of the config it used.';
comment on column run.started_at is 'When it began.';
comment on column run.ended_at is 'When it ended; null while it lands.';
comment on column run.published_at is 'When it became the last word of its sourceur: published, or told that nothing changed.';
comment on column run.complete is 'Whether the list was read to its end.';
comment on column run.read is 'Records read.';
comment on column run.new is 'Never seen before, or back after a withdrawal.';
comment on column run.changed is 'Known, with another content.';
comment on column run.unchanged is 'Known, with the same content.';
comment on column run.rejected is 'Not publishable, with a reason each.';
comment on column run.withdrawn is 'Said to be deleted by the source itself.';
comment on column run.repeated is 'A key already read in this run.';
comment on column run.absent is 'In the base, not in the list.';
comment on column run.requests is 'Requests sent.';
comment on column run.bytes is 'Bytes received, decompressed.';
comment on column run.duration_ms is 'Wall time in milliseconds.';
comment on column run.reason is 'Why it is held or failed: {code, message, url}.';
comment on column run.cursor is 'Where the next run may go on, as its protocol writes it.';
comment on column run.etag is 'Validator of the answer, to ask again under a condition.';
comment on column run.last_modified is 'The other validator.';
comment on column run.moved_to is 'Where the sourceur says its list stands from now on.';

create table page (
    run uuid not null references run on delete cascade,
    ordinal integer not null,
    keys text[] not null,
    checkpoint jsonb not null,
    account jsonb not null,
    requests bigint not null,
    bytes bigint not null,
    primary key (run, ordinal)
);
comment on table page is 'Pages read by a run in progress, or held: what it has named, and where it goes on after a stop.';
comment on column page.run is 'Which run.';
comment on column page.ordinal is 'Which page, from 1.';
comment on column page.keys is 'Keys of the records that the page named.';
comment on column page.checkpoint is 'What the page changed in what is still to be asked; those of all pages, in order, are where the run goes on.';
comment on column page.account is 'Account of the run up to this page.';
comment on column page.requests is 'Requests sent up to this page.';
comment on column page.bytes is 'Bytes received up to this page.';

create table raw (
    sourceur text collate "C" not null,
    hash bytea not null check (length(hash) = 16),
    bytes bytea not null,
    primary key (sourceur, hash)
);
comment on table raw is 'Bytes as a sourceur sent them, once each, so that a better mapping is replayed without asking again.';
comment on column raw.sourceur is 'Who sent them.';
comment on column raw.hash is 'Digest of the bytes.';
comment on column raw.bytes is 'The bytes.';

create table record_version (
    sourceur text collate "C" not null,
    run uuid not null references run on delete cascade,
    source_id text collate "C" not null,
    page integer not null,
    outcome text not null check (outcome in ('good', 'rejected', 'deleted')),
    raw bytea not null,
    raw_digest bytea not null check (length(raw_digest) = 16),
    mapping_digest bytea not null check (length(mapping_digest) = 16),
    digest bytea not null check (length(digest) = 16),
    content bytea not null check (length(content) = 16),
    format text not null,
    url text,
    base text,
    action json not null,
    persons json,
    issues jsonb,
    leftovers json,
    filled bigint not null,
    keys bigint[] not null,
    landed_at timestamptz not null,
    primary key (sourceur, run, source_id)
);
comment on table record_version is 'A record as one run read and understood it. Nothing reads it until the run is published.';
comment on column record_version.sourceur is 'Whose record.';
comment on column record_version.run is 'The run that read it.';
comment on column record_version.source_id is 'Its key at the sourceur.';
comment on column record_version.page is 'The page of the run that named it.';
comment on column record_version.outcome is 'good, rejected (with the reasons in issues), or deleted by the source''s own word.';
comment on column record_version.raw is 'Hash of the bytes sent.';
comment on column record_version.raw_digest is 'Digest of the raw record: format, address, bytes, deleted or not.';
comment on column record_version.mapping_digest is 'Digest of mapping, taxonomy, gazetteer and code version.';
comment on column record_version.digest is 'Digest of the outcome, issues included.';
comment on column record_version.content is 'Digest of the action alone: what is served changes only with it.';
comment on column record_version.format is 'Form of the bytes: feed, json, csv, html, xml.';
comment on column record_version.url is 'Address of the record''s page.';
comment on column record_version.base is 'Address of the document it stood in.';
comment on column record_version.action is 'The action that the mapping gave, without persons.';
comment on column record_version.persons is 'Persons of its contact, stored apart.';
comment on column record_version.issues is 'What was wrong, doubtful or repaired; null if nothing.';
comment on column record_version.leftovers is 'What the payload held and no field read; null if nothing.';
comment on column record_version.filled is 'Which fields are filled, a bit each.';
comment on column record_version.keys is 'Its exact keys as the matcher of that time made them, sorted.';
comment on column record_version.landed_at is 'When it landed.';

create table record (
    sourceur text collate "C" not null references sourceur,
    source_id text collate "C" not null,
    current_run uuid,
    rejected_run uuid,
    raw_digest bytea not null,
    mapping_digest bytea not null,
    digest bytea,
    content bytea,
    filled bigint not null default 0,
    harvested_at timestamptz,
    withdrawn_at timestamptz,
    withdrawn_because text check (withdrawn_because in ('deleted', 'absent')),
    absent_since timestamptz,
    absent_runs integer not null default 0,
    primary key (sourceur, source_id),
    check ((withdrawn_at is null) = (withdrawn_because is null))
);
comment on table record is 'A record of a sourceur and its version in force. It is present while it has one and is not withdrawn; presence itself is never written down.';
comment on column record.sourceur is 'Whose record.';
comment on column record.source_id is 'Its key at the sourceur.';
comment on column record.current_run is 'The published run whose version is in force; null if none ever was.';
comment on column record.rejected_run is 'The published run whose version was rejected since, if any: what was in force stays so.';
comment on column record.raw_digest is 'Raw digest of the version seen last, rejected and deleted ones included.';
comment on column record.mapping_digest is 'Mapping digest of the version seen last.';
comment on column record.digest is 'Digest of the version in force.';
comment on column record.content is 'Content digest of the version in force.';
comment on column record.filled is 'Which fields the version in force fills, a bit each.';
comment on column record.harvested_at is 'When the content in force was first harvested.';
comment on column record.withdrawn_at is 'When it was withdrawn.';
comment on column record.withdrawn_because is 'deleted by the source''s own word, or absent from its lists.';
comment on column record.absent_since is 'Since when published complete lists do not name it; null while they do.';
comment on column record.absent_runs is 'How many such lists in a row.';

create table dirty (
    id bigint generated always as identity primary key,
    sourceur text collate "C" not null,
    source_id text collate "C" not null
);
comment on table dirty is 'Records that changed and wait for the resolver. Only ever appended to, so that no waiting is lost to one that is being served.';
comment on column dirty.id is 'Order of arrival.';
comment on column dirty.sourceur is 'Whose record.';
comment on column dirty.source_id is 'Its key at the sourceur.';

create table action (
    id uuid primary key,
    body json not null,
    digest bytea not null check (length(digest) = 16),
    canonical_key text collate "C" not null,
    facets text[] not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_because text
);
create index action_by_change on action (changed_at desc, id desc) where withdrawn_at is null;
create index action_by_facet on action using gin (facets) where withdrawn_at is null;
comment on table action is 'Merged actions as they are served, under the rights of each origin.';
comment on column action.id is 'Permanent public id, UUIDv7 made by us.';
comment on column action.body is 'The action as JSON text, as it is served; the address of its page is for whoever serves it to add.';
comment on column action.digest is 'Digest of the merged content, without our own times.';
comment on column action.canonical_key is 'Smallest sourceur/source_id of its records.';
comment on column action.facets is 'What filters ask for, each under the name of its filter: territory:region:75, theme:mobilite, sourceur:apriles.';
comment on column action.first_seen_at is 'When it was first served.';
comment on column action.changed_at is 'When what is served of it last changed.';
comment on column action.withdrawn_at is 'When it was withdrawn; its id answers 410 since.';
comment on column action.withdrawn_because is 'Why, in a word.';

create table membership (
    sourceur text collate "C" not null,
    source_id text collate "C" not null,
    action uuid not null references action,
    present boolean not null,
    keys bigint[] not null,
    primary key (sourceur, source_id)
);
create index membership_of_action on membership (action);
comment on table membership is 'Which action a record belongs to; a withdrawn record remembers the action it belonged to, and comes back to it.';
comment on column membership.sourceur is 'Whose record.';
comment on column membership.source_id is 'Its key at the sourceur.';
comment on column membership.action is 'Its action.';
comment on column membership.present is 'Whether the record is one of the action''s origins now.';
comment on column membership.keys is 'Its keys in record_key, sorted.';

create table record_key (
    key bigint not null,
    sourceur text collate "C" not null,
    source_id text collate "C" not null,
    primary key (key, sourceur, source_id)
);
comment on table record_key is 'Exact keys of present records: what brings two records face to face.';
comment on column record_key.key is 'Digest of the key''s text, 64 bits: a collision only brings two records face to face for nothing.';
comment on column record_key.sourceur is 'Whose record.';
comment on column record_key.source_id is 'Its key at the sourceur.';

create table pair (
    sourceur_a text collate "C" not null,
    source_id_a text collate "C" not null,
    sourceur_b text collate "C" not null,
    source_id_b text collate "C" not null,
    weight double precision not null,
    evidence json not null,
    model_version text not null,
    content_a bytea not null,
    content_b bytea not null,
    primary key (sourceur_a, source_id_a, sourceur_b, source_id_b)
);
create index pair_of_b on pair (sourceur_b, source_id_b);
comment on table pair is 'Two records that were compared, and why they are the same or not. a is before b.';
comment on column pair.sourceur_a is 'Sourceur of the first record.';
comment on column pair.source_id_a is 'Key of the first record.';
comment on column pair.sourceur_b is 'Sourceur of the second record.';
comment on column pair.source_id_b is 'Key of the second record.';
comment on column pair.weight is 'Total weight of the evidence; above the matcher''s threshold they are one action.';
comment on column pair.evidence is 'The evidence, line by line.';
comment on column pair.model_version is 'Version of the matcher that weighed it.';
comment on column pair.content_a is 'Content digest of the first record when it was weighed.';
comment on column pair.content_b is 'Content digest of the second record when it was weighed.';

create table relation (
    action uuid not null references action,
    kind text not null check (kind in ('edition_of', 'variant_of')),
    other uuid not null references action,
    since timestamptz not null,
    primary key (action, kind, other)
);
create index relation_of_other on relation (other);
comment on table relation is 'Ties between actions that are not the same.';
comment on column relation.action is 'The action that has the tie.';
comment on column relation.kind is 'edition_of: another year of it; variant_of: the same idea elsewhere.';
comment on column relation.other is 'The action at the other end.';
comment on column relation.since is 'Since when the tie is known.';

create table redirect (
    id uuid primary key references action,
    into_id uuid not null references action,
    since timestamptz not null
);
create index redirect_into on redirect (into_id);
comment on table redirect is 'Where a merged action went on; never a chain.';
comment on column redirect.id is 'The id that answers 301.';
comment on column redirect.into_id is 'The action it became part of.';
comment on column redirect.since is 'When they were merged.';

create table membership_event (
    seq bigint not null,
    sourceur text collate "C" not null,
    source_id text collate "C" not null,
    from_action uuid,
    to_action uuid,
    why text not null,
    at timestamptz not null,
    primary key (sourceur, source_id, seq)
);
comment on table membership_event is 'Every time a record came to an action, left it or went from one to another.';
comment on column membership_event.seq is 'Place in the log of changes at which it happened.';
comment on column membership_event.sourceur is 'Whose record.';
comment on column membership_event.source_id is 'Its key at the sourceur.';
comment on column membership_event.from_action is 'The action it left; null if it belonged to none.';
comment on column membership_event.to_action is 'The action it came to; null if it was withdrawn.';
comment on column membership_event.why is 'Why, in a word: arrived, returned, withdrawn, merged, split, moved.';
comment on column membership_event.at is 'When.';

create table change (
    seq bigint primary key,
    action uuid not null references action,
    kind text not null check (kind in ('created', 'changed', 'merged', 'split', 'withdrawn', 'restored')),
    at timestamptz not null,
    into_id uuid references action,
    reason text
);
comment on table change is 'The log: what changed in what is served, in commit order. Appended by the resolver alone.';
comment on column change.seq is 'Its place, without gaps.';
comment on column change.action is 'The action that changed.';
comment on column change.kind is 'What happened to it.';
comment on column change.at is 'When.';
comment on column change.into_id is 'After a merge, the action it became part of; after a split, the action that was parted from it.';
comment on column change.reason is 'Why, in a word.';

create table log_head (
    one boolean primary key default true check (one),
    seq bigint not null
);
insert into log_head (seq) values (0);
comment on table log_head is 'The last place taken in the log. Whoever locks it resolves: one at a time, so that places follow commits.';
comment on column log_head.one is 'There is one row.';
comment on column log_head.seq is 'The last place taken.';

-- lz4 halves the cost of writing long values; a server built without it keeps its default.
do $$
begin
    alter table raw alter column bytes set compression lz4;
    alter table record_version alter column action set compression lz4;
    alter table record_version alter column leftovers set compression lz4;
    alter table record_version alter column issues set compression lz4;
    alter table action alter column body set compression lz4;
    alter table pair alter column evidence set compression lz4;
exception
    when feature_not_supported then null;
end
$$;
