union all
select needed.asked, corrected.bucket, corrected.samples
from needed
inner join timed on needed.asked = timed.asked
inner join corrected_durations as corrected
    on
        timed.series_key = corrected.series_key
        and timed.measure = corrected.measure
        and needed.bucket_group = greatest(corrected.bucket, 0) / 32
