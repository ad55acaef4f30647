drop table serving.served_models;
drop table serving.ticket_risks;
drop table ml.ticket_prediction;
drop table ml.model_promotion;
drop table ml.model_artefact;
drop table ml.model_run;
