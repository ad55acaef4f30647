json_build_object(
    'name', source.champion,
    'version', source.model_version,
    'trained_at', to_json(source.trained_at at time zone 'UTC') #>> '{}' || 'Z',
    'train_start', source.train_start,
    'train_end', source.train_end,
    'n_obs', source.n_obs
)
