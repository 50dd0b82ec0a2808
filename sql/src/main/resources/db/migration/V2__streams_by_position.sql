-- Readers who want some streams only, from a position on.

-- Those of a kind, whatever their names.
create index event_kind_position on event (split_part(stream, ':', 1), position);

-- The version that a stream had at a position, 0 before its first event: positions grow with versions, and versions have no gap.
create function stream_version_at(wanted text, upto bigint) returns bigint language plpgsql stable as $$
declare
    low    bigint := 0;
    high   bigint;
    middle bigint;
begin
    select stream_version into high from event where stream = wanted order by stream_version desc limit 1;
    high := coalesce(high, 0);
    while low < high loop
        middle := (low + high + 1) / 2;
        if (select position from event where stream = wanted and stream_version = middle) <= upto then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end
$$;
