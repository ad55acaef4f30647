-- A workflow is kept by the leaves alone.
select array(
    select leaf.series_key from serving.snapshot_series as leaf
    where leaf.kept = 31 and {{ filters }}
) as series_keys
