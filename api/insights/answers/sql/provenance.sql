'generated_at', to_json(statement_timestamp() at time zone 'UTC') #>> '{}' || 'Z',
'data_as_of', to_json(published.data_as_of at time zone 'UTC') #>> '{}' || 'Z',
'publication_id', published.publication_id
