"""`/analytics/`: every number from the newest publication, none from the operational tables."""

from fastapi import APIRouter

from api.insights.catalogue import endpoints as catalogue
from api.insights.categories import endpoints as categories
from api.insights.comprehensive import endpoints as comprehensive
from api.insights.forecasts import endpoints as forecasts
from api.insights.items import endpoints as items
from api.insights.operational import endpoints as operational
from api.insights.proof import endpoints as proof
from api.insights.quality import endpoints as quality
from api.insights.risks import endpoints as risks
from api.insights.tickets import endpoints as tickets
from api.insights.workflows import endpoints as workflows

router = APIRouter(prefix="/analytics", tags=["analytics"])
router.include_router(tickets.router)
router.include_router(forecasts.router)
router.include_router(risks.router)
router.include_router(comprehensive.router)
router.include_router(catalogue.router)
router.include_router(categories.router)
router.include_router(workflows.router)
router.include_router(items.router)
router.include_router(operational.router)
router.include_router(quality.router)
router.include_router(proof.router)
