-- A new matcher looks at everything once more: the base must know which one it was.
alter table log_head add column resolver text not null default '';
comment on column log_head.resolver is 'Version of the matcher that stands behind clusters and merged bodies; empty before the first resolve.';
