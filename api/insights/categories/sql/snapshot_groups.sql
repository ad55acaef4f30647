(
    select {{ columns }}, array_agg(branch.series_key) as series_keys
    from serving.snapshot_series as branch
    where branch.kept = {{ kept }} and {{ filters }}
    group by {{ columns }}
)
