from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.identity.auth import AnyStaff
from api.insights.answers.errors import NotPublishedError
from api.insights.answers.reading import read_query
from api.insights.proof import service
from api.insights.proof.queries import ProofQuery
from api.insights.proof.schemas import Proof
from api.kit.errors import NotFoundError, responses

router = APIRouter()


@router.get("/proof/", responses=responses(NotPublishedError, NotFoundError))
async def read_proof(_: AnyStaff, request: Request, query: Annotated[ProofQuery, Query()]) -> Proof:
    """Hold the numbers of an answer against the lists they open to and the rows they stand for.

    `path` is the answer's address with its filters, `field` one of its fields: by default all outside lists,
    `status_summary[].count` for every row of one, `status_summary[status=completed].count` for one row.
    """
    read_query(request, ProofQuery, tuple(ProofQuery.model_fields))
    return await service.prove(request, query)
