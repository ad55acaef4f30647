-- The word null stands for a person who never had an item.
select case
    when exists (select from serving.item_rows as known where known.user_id = :user_id) then (
        {{ drilldown }}
    )
    else 'null'::json
end
