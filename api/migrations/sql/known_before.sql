drop schema known cascade;
drop schema past cascade;

do $$
declare
    published regclass;
begin
    for published in
        select attrelid from pg_attribute
        inner join pg_class on attrelid = pg_class.oid
        where relnamespace = 'serving'::regnamespace and relkind = 'r' and attname = 'known_from' and not attisdropped
    loop
        execute format('alter table %s drop column known_from', published);
    end loop;
end
$$;
