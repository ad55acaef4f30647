{# Median and 90th percentile as the histograms tell them: of what stands for each duration's bucket. #}
{% macro bucket_middle(bucket) -%}
    case when {{ bucket }} < 0 then 0 else power(1.02::double precision, {{ bucket }} + 0.5::double precision) end
{%- endmacro %}

{% macro median_of(seconds) -%}
    percentile_cont(0.5) within group (order by {{ bucket_middle(histogram_bucket(seconds)) }})
{%- endmacro %}

{% macro ninetieth_of(seconds) -%}
    percentile_disc(0.9) within group (order by {{ bucket_middle(histogram_bucket(seconds)) }})
{%- endmacro %}
