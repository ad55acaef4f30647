{{ columns_base }},
ticket.age_bucket,
floor(extract(epoch from published.judged_at - ticket.created_at) / 86400)::integer as age_days
