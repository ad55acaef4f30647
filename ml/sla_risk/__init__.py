from ml.sla_risk.features import build_features, watched_inputs
from ml.sla_risk.predict import predict_risk, top_factors
from ml.sla_risk.train import MODEL_VERSION, RiskModel, fit_risk

__all__ = [
    "MODEL_VERSION",
    "RiskModel",
    "build_features",
    "fit_risk",
    "predict_risk",
    "top_factors",
    "watched_inputs",
]
