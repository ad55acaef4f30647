create table serving.resolution_histogram (
    series_key uuid not null,
    bucket_group integer not null,
    month date not null,
    days date[] not null,
    buckets integer[] not null,
    counts integer[] not null,
    primary key (series_key, bucket_group, month),
    check (cardinality(days) = cardinality(buckets) and cardinality(days) = cardinality(counts))
);
insert into serving.resolution_histogram (series_key, bucket_group, month, days, buckets, counts)
select series_key, bucket_group, month, days, buckets, counts
from serving.duration_histogram
where measure = 'resolution';
delete from serving.duration_histogram
where measure in ('resolution', 'first_response');
alter table serving.duration_histogram drop constraint duration_histogram_measure_check;
alter table serving.duration_histogram add constraint duration_histogram_measure_check check (measure in (
    'action', 'item_resolution', 'visit'
));
grant select on serving.resolution_histogram to sluice_api;
grant select, insert, update, delete on serving.resolution_histogram to sluice_pipeline;
