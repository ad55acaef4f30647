-- What earlier publications showed. Each published row says which publication brought it in (`known_from`); one
-- that a publication takes out goes to its table's twin in `past`, with the publication that did (`known_until`).
-- `known.<table>(publication)` is the table as that publication showed it. Its body is a plain query, so that a
-- statement reading it is planned as if it read both tables itself, through their indexes.
create schema past;
create schema known;

-- The publications that can still be asked for: the newest ones without a gap.
create table past.publications (
    publication_id bigint primary key references serving.publications
);

create function known.current_publication(known_on bigint) returns table (only_row boolean, publication_id bigint)
language sql stable parallel safe as $$
    select true, publications.publication_id from past.publications where publications.publication_id = $1
$$;

-- To be called by a migration for each published table, and each view of some, that it makes or changes. What was
-- shown in another shape cannot be answered any more: from then on the publications before are no longer known.
create procedure past.keep(published text) language plpgsql as $$
declare
    relation regclass := format('serving.%I', published)::regclass;
    is_view boolean := (select relkind = 'v' from pg_class where oid = relation);
    names text;
    types text;
    shown text;
    index_definition text;
begin
    execute format('drop function if exists known.%I(bigint)', published);
    if not is_view then
        -- A constant default: no row is rewritten.
        execute format('alter table serving.%I add column if not exists known_from bigint not null default 0', published);
        execute format('drop table if exists past.%I', published);
        execute format('create table past.%1$I (like serving.%1$I, known_until bigint not null)', published);
        for index_definition in select pg_get_indexdef(indexrelid) from pg_index where indrelid = relation loop
            execute regexp_replace(
                index_definition, '^CREATE (UNIQUE )?INDEX (\S+) ON serving\.', 'CREATE INDEX \2 ON past.'
            );
        end loop;
        execute format('create index %I on past.%I (known_until)', published || '_known_until', published);
        execute format('grant select on past.%I to sluice_api', published);
        execute format('grant select, insert, delete on past.%I to sluice_pipeline', published);
    end if;
    select
        string_agg(quote_ident(attname), ', ' order by attnum),
        string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
    into names, types
    from pg_attribute
    where attrelid = relation and attnum > 0 and not attisdropped and attname <> 'known_from';
    shown := case when is_view
        then regexp_replace(
            rtrim(pg_get_viewdef(relation), ';'), '\mserving\.(\w+)\M(?!\()', 'known.\1($1)', 'g'
        )
        else format(
            'select %1$s from ('
            ' select %1$s, known_from, 9223372036854775807 as known_until from serving.%2$I'
            ' union all select %1$s, known_from, known_until from past.%2$I'
            ') as shown where shown.known_from <= $1 and $1 < shown.known_until',
            names, published
        )
    end;
    execute format(
        'create function known.%I(known_on bigint) returns table (%s) language sql stable parallel safe as %L',
        published, types, shown
    );
    delete from past.publications;
    insert into past.publications select publication_id from serving.current_publication;
end
$$;

do $$
declare
    published name;
begin
    for published in
        select relname from pg_class
        where
            relnamespace = 'serving'::regnamespace
            and relkind in ('r', 'v')
            and relname not in ('publications', 'current_publication', 'failed_runs')
        -- Views after the tables that they read.
        order by relkind, relname
    loop
        call past.keep(published);
    end loop;
end
$$;

grant usage on schema past, known to sluice_api;
grant usage on schema past to sluice_pipeline;
grant select on past.publications to sluice_api;
grant select, insert, delete on past.publications to sluice_pipeline;
