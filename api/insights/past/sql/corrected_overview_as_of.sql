union all
select timed.asked, timed.series_key, timed.measure, greatest(corrected.bucket, 0) / 32, corrected.samples
from timed
inner join corrected_durations as corrected
    on timed.series_key = corrected.series_key and timed.measure = corrected.measure
