delete from ops.pipeline_watch where watched = 'rebuild';
alter table ops.pipeline_watch drop constraint ck_pipeline_watch_watched_known;
alter table ops.pipeline_watch add constraint ck_pipeline_watch_watched_known
check (watched in ('publication', 'forecasts'));
drop table serving.backfills, serving.rebuild_comparisons;
