import psycopg

from api.insights.answers.work import CUBE_MASKS, HISTOGRAM_MASKS
from tests.fixtures.published_desk import PublishedDesk


def test_the_api_knows_which_combinations_are_published(published_desk: PublishedDesk) -> None:
    with psycopg.connect(published_desk.url) as connection:
        kept = connection.execute("select distinct kept from serving.work_series").fetchall()
        timed = connection.execute(
            "select distinct kept from serving.work_series"
            " join serving.duration_histogram using (series_key) where measure = 'action'"
        ).fetchall()

    assert {mask for (mask,) in kept} == CUBE_MASKS
    assert {mask for (mask,) in timed} == HISTOGRAM_MASKS
