-- The mean is exact, the rest within 1 %; what is least is no greater than the mean, what is greatest no less.
json_build_object(
    'samples', spent.samples,
    'average', round(spent.seconds / 3600.0 / nullif(spent.samples, 0), 2),
    'median', round((percentiles.median_seconds / 3600)::numeric, 2),
    'p90', round((percentiles.p90_seconds / 3600)::numeric, 2),
    'minimum', round(least(percentiles.least_seconds::numeric, spent.seconds / nullif(spent.samples, 0)) / 3600, 2),
    'maximum',
    round(greatest(percentiles.greatest_seconds::numeric, spent.seconds / nullif(spent.samples, 0)) / 3600, 2)
)
