-- How long tickets take stands with all other durations.
alter table serving.duration_histogram drop constraint duration_histogram_measure_check;
alter table serving.duration_histogram add constraint duration_histogram_measure_check check (measure in (
    'resolution', 'first_response', 'action', 'item_resolution', 'visit'
));
-- What is published stays published until the next run.
insert into serving.duration_histogram (series_key, measure, bucket_group, month, days, buckets, counts)
select series_key, 'resolution', bucket_group, month, days, buckets, counts
from serving.resolution_histogram;
drop table serving.resolution_histogram;
