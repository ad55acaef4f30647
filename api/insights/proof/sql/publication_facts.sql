select
    publication_id,
    published_at,
    data_as_of,
    run_id,
    code_version,
    check_results
from serving.current_publication
inner join serving.publications using (publication_id)
