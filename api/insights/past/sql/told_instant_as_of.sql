'as_of', to_json(:as_of::timestamptz at time zone 'UTC') #>> '{}' || 'Z'
