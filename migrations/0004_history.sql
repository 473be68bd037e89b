-- What became of one action over time is asked for by itself: its own entries of the log, and those
-- of others that became part of it or from which it was parted.
create index change_of_action on change (action, seq);
create index change_into_action on change (into_id, seq) where into_id is not null;
