drop table serving.forecast_scores;
drop table ml.forecast_seal;
drop trigger append_only on ml.forecast_point;
drop trigger append_only on ml.forecast_series;
drop trigger append_only on ml.forecast_run;
