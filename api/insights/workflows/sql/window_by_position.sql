-- The rows know their place: a page is a range of it.
(select 0::bigint as skipped)
