greatest(floor(extract(epoch from first_response_at - created_at)), 0)::bigint
