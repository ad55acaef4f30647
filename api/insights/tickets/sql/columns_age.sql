{{ columns_base }},
ticket.age_bucket,
floor(extract(epoch from published.data_as_of - ticket.created_at) / 86400)::integer as age_days
