-- The event log. Only ever added to: the triggers below hold for everybody, the privileges for the server's role.

create table event (
    position       bigint      not null,  -- assigned by the sequencer, gap-free from 1
    stream         text        collate "C" not null,
    stream_version bigint      not null,  -- gap-free from 1 within the stream
    type           text        collate "C" not null,
    schema         integer     not null,
    payload        text        not null,  -- the exact JSON text that payload_hash covers
    payload_hash   bytea       not null,  -- SHA-256
    recorded_at    timestamptz not null,  -- never earlier than that of the position before
    principal      text        collate "C" not null,
    correlation    text        collate "C" not null,
    leaf_hash      bytea       not null,  -- RFC 6962 leaf hash of this event
    constraint event_position primary key (position),
    constraint event_stream_version unique (stream, stream_version),
    constraint event_numbers check (position > 0 and stream_version > 0 and schema > 0),
    constraint event_hashes check (octet_length(payload_hash) = 32 and octet_length(leaf_hash) = 32)
);
-- Short payloads stay in the row; long ones are compressed quickly where this PostgreSQL can.
alter table event alter column leaf_hash set storage plain;
alter table event alter column payload_hash set storage plain;

-- The first answer to each request.
create table request (
    id             text   collate "C" not null,
    first_position bigint not null,
    last_position  bigint not null,
    constraint request_id primary key (id)
);

-- Roots of complete subtrees of 256^level leaves: the tiles above level 0, whose hashes are event.leaf_hash.
create table merkle_subtree (
    level         smallint not null,
    subtree_index bigint   not null,
    hash          bytea    not null,
    constraint merkle_subtree_place primary key (level, subtree_index),
    constraint merkle_subtree_level check (level between 1 and 7)
);

-- What was signed. The log may never be smaller than the largest of these, nor have another past.
create table checkpoint (
    size      bigint      not null,
    root      bytea       not null,
    note      text        not null,
    signed_at timestamptz not null default now(),
    constraint checkpoint_size primary key (size)
);

-- The carrier topics were begun anew; the present epoch is the last.
create table epoch (
    epoch      bigint      not null,
    started_at timestamptz not null default now(),
    reason     text        not null,
    constraint epoch_number primary key (epoch)
);
insert into epoch (epoch, reason) values (1, 'the log was created');

-- How far the relay got; the one row that is updated.
create table relay_cursor (
    only_row boolean not null default true,
    epoch    bigint  not null,
    position bigint  not null,            -- everything up to here is in Kafka
    topics   text    not null default '', -- which topics these are, and their end offsets then
    constraint relay_cursor_only_row primary key (only_row),
    constraint relay_cursor_is_single check (only_row)
);
insert into relay_cursor (epoch, position) values (1, 0);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% on % is refused: the log is append-only', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

create trigger event_append_only before update or delete or truncate on event
    for each statement execute function refuse_change();
create trigger request_append_only before update or delete or truncate on request
    for each statement execute function refuse_change();
create trigger merkle_subtree_append_only before update or delete or truncate on merkle_subtree
    for each statement execute function refuse_change();
create trigger checkpoint_append_only before update or delete or truncate on checkpoint
    for each statement execute function refuse_change();
create trigger epoch_append_only before update or delete or truncate on epoch
    for each statement execute function refuse_change();
-- Also where session_replication_role would turn triggers off.
alter table event enable always trigger event_append_only;
alter table request enable always trigger request_append_only;
alter table merkle_subtree enable always trigger merkle_subtree_append_only;
alter table checkpoint enable always trigger checkpoint_append_only;
alter table epoch enable always trigger epoch_append_only;

-- The server's role; roles belong to the whole cluster, so another database may have made it.
do $$
begin
    create role cloister_server nologin;
exception when duplicate_object or unique_violation then
    null;
end
$$;
do $$
begin
    execute format('grant cloister_server to %I', current_user);
end
$$;
grant usage on schema public to cloister_server;
grant select, insert on event, request, merkle_subtree, checkpoint, epoch to cloister_server;
grant select, update on relay_cursor to cloister_server;
