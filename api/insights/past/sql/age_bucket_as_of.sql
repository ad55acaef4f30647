case
    when :as_of::timestamptz - ticket.created_at <= interval '24 hours' then '0-1 days'
    when :as_of::timestamptz - ticket.created_at <= interval '168 hours' then '1-7 days'
    when :as_of::timestamptz - ticket.created_at <= interval '720 hours' then '7-30 days'
    when :as_of::timestamptz - ticket.created_at <= interval '2160 hours' then '30-90 days'
    else '90+ days'
end
