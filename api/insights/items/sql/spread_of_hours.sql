-- The mean is exact, the rest within 1 %; what is least is no greater than the mean, what is greatest no less.
json_build_object(
    'samples', percentile.samples,
    'average', round(timed.mean, 2),
    'median', round((percentile.median_seconds / 3600)::numeric, 2),
    'p90', round((percentile.p90_seconds / 3600)::numeric, 2),
    'minimum', round(least((percentile.least_seconds / 3600)::numeric, timed.mean), 2),
    'maximum', round(greatest((percentile.greatest_seconds / 3600)::numeric, timed.mean), 2)
)
