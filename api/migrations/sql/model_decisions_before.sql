drop table serving.model_decisions;
