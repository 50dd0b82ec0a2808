-- What people are called is in the log, each name under a key of its own (docs/protocol.md, "People"). The keys are here, because they can go.

create table person_key (
    person      text  collate "C" not null,  -- the id in the pseudonym person/<id>
    name_tag    bytea not null,              -- HMAC-SHA256 of the name, by the master key: finds it without it being here
    wrapped_key bytea not null,              -- sealed by the master key
    master      text  collate "C" not null,  -- which master key that was
    constraint person_key_person primary key (person),
    constraint person_key_name unique (name_tag),
    constraint person_key_forms check (octet_length(name_tag) = 32 and octet_length(wrapped_key) = 60)
)
-- What was deleted shall not wait in the table for as many others as there usually have to be.
with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

grant select, insert, delete on person_key to cloister_server;
