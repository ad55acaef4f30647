{# Median and 90th percentile as the histograms tell them: of what stands for each duration's bucket. #}
{% macro bucket_middle(seconds) -%}
    case
        when {{ seconds }} < 1 then 0
        else power(1.02::double precision, {{ histogram_bucket(seconds) }} + 0.5)
    end
{%- endmacro %}

{% macro median_of(seconds) -%}
    percentile_cont(0.5) within group (order by {{ bucket_middle(seconds) }})
{%- endmacro %}

{% macro ninetieth_of(seconds) -%}
    percentile_disc(0.9) within group (order by {{ bucket_middle(seconds) }})
{%- endmacro %}
