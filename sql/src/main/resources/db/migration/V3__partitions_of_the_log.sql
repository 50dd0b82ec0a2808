-- The log in partitions, each a range of positions. The unique key of (stream, stream_version) holds within each: across them it follows
-- from positions, as a batch that doesn't stand where the log ends is refused by the primary key.

-- What there is becomes the first partition as it is: it is read once to see that it fits, and nothing of it is copied.
alter table event rename to event_from_1;
alter table event_from_1 rename constraint event_position to event_from_1_position;
alter table event_from_1 rename constraint event_stream_version to event_from_1_stream_version;
alter index event_kind_position rename to event_from_1_kind_position;
revoke all on event_from_1 from cloister_server;

create table event (like event_from_1 including constraints including storage) partition by range (position);
alter table event add constraint event_position primary key (position);
create index event_kind_position on event (split_part(stream, ':', 1), position);
create trigger event_append_only before update or delete or truncate on event
    for each statement execute function refuse_change();
alter table event enable always trigger event_append_only;
grant select, insert on event to cloister_server;

-- How many positions a partition takes: 1,000,000, or what the database's administrator set: alter database … set cloister.partition_positions = ….
create function event_partition_positions() returns bigint language sql stable as $$
    select greatest(100, least(1000000000,
        coalesce(nullif(current_setting('cloister.partition_positions', true), ''), '1000000')::bigint))
$$;

do $$
declare
    size bigint := event_partition_positions();
    last bigint;
begin
    select coalesce(max(position), 0) into last from event_from_1;
    execute format('alter table event attach partition event_from_1 for values from (1) to (%s)',
                   (last / size + 1) * size + 1);
end
$$;

-- The partitions that are attached, in their order. One that was detached is missing, and so are its events.
create view event_partition as
select child.relname::text collate "C" as name,
       substring(pg_get_expr(child.relpartbound, child.oid) from 'FROM \(''?(\d+)''?\)')::bigint as first_position,
       substring(pg_get_expr(child.relpartbound, child.oid) from 'TO \(''?(\d+)''?\)')::bigint as end_position
from pg_inherits
join pg_class child on child.oid = pg_inherits.inhrelid
where pg_inherits.inhparent = 'event'::regclass
order by 2;

-- Sees to it that there are partitions for positions up to half a partition after upto, and returns the first position that none takes. Readers
-- and writers of the log go on meanwhile. Gives up after half a second where somebody holds a lock on the table.
create function event_partition_ahead(upto bigint) returns bigint
    language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '500ms' as $$
declare
    size bigint := event_partition_positions();
    first bigint;
    name text;
begin
    select max(end_position) into first from event_partition;
    if first > upto + size / 2 then
        return first;
    end if;
    perform pg_advisory_xact_lock(7162257379466735718); -- several processes; whoever comes later finds them made
    loop
        select max(end_position) into first from event_partition;
        exit when first > upto + size / 2;
        name := 'event_from_' || first;
        execute format('create table %I (like event including all)', name);
        execute format('alter table %I add constraint %I unique (stream, stream_version)', name, name || '_stream_version');
        execute format('create trigger event_append_only before update or delete or truncate on %I '
                       'for each statement execute function refuse_change()', name);
        execute format('alter table %I enable always trigger event_append_only', name);
        execute format('alter table event attach partition %I for values from (%s) to (%s)', name, first, first + size);
    end loop;
    return first;
end
$$;
revoke execute on function event_partition_ahead(bigint) from public;
grant execute on function event_partition_ahead(bigint) to cloister_server;

-- The last position that was recorded at a moment or before; 0 before the first: times grow with positions, and positions have no gap.
create function position_at(moment timestamptz) returns bigint language plpgsql stable as $$
declare
    low    bigint := 0;
    high   bigint;
    middle bigint;
begin
    select position into high from event order by position desc limit 1;
    high := coalesce(high, 0);
    while low < high loop
        middle := (low + high + 1) / 2;
        if (select recorded_at from event where position = middle) <= moment then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end
$$;
