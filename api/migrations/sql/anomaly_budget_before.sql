drop index serving.anomalies_farthest;
alter table serving.anomalies drop column method;
alter table serving.daily_volumes drop column is_holiday, drop column method;
delete from ops.insight_threshold where name = 'anomaly_alerts_per_week';
drop table ml.forecast_backtest;
