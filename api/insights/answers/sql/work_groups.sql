(
    select {{ columns }}, {{ keys }}
    from serving.work_series as branch
    where branch.kept in ({{ kept }}) and {{ value }} is not null and {{ filters }}
    group by {{ columns }}
)
