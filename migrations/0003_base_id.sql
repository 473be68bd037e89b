-- What is derived from the base (a search index) must know whether it still belongs to it.
alter table log_head add column base uuid not null default gen_random_uuid();
comment on column log_head.base is 'Which base this is: made once, and made anew when a backup is put back.';
