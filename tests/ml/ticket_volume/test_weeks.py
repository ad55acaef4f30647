import numpy as np
import pytest

from ml.ticket_volume.weeks import clip_spikes, closed_weekdays


class TestClosedWeekdays:
    def test_are_told_as_seen_from_the_end(self) -> None:
        week = np.array([5.0, 5, 5, 5, 5, 0, 0])

        assert closed_weekdays(np.tile(week, 12)).tolist() == [False] * 5 + [True] * 2
        assert closed_weekdays(np.tile(week, 12)[:-2]).tolist() == [True] * 2 + [False] * 5

    @pytest.mark.parametrize(
        "counts",
        [
            np.tile([5.0, 5, 5, 5, 5, 0, 0], 3),
            np.append(np.zeros(77), [1.0, 0, 1, 0, 1, 0, 0]),
            np.zeros(90),
            np.append(np.tile([5.0, 5, 5, 5, 5, 5, 0], 11), [5.0, 5, 5, 5, 5, 5, 1]),
            np.empty(0),
        ],
        ids=["three weeks", "rare tickets", "silence", "one ticket", "no day"],
    )
    def test_are_not_told_from_what_may_be_chance(self, counts: np.ndarray) -> None:
        assert not closed_weekdays(counts).any()


class TestClipSpikes:
    def test_pulls_a_spike_back_and_leaves_the_rest(self) -> None:
        spiked = np.full(140, 25.0)
        spiked[100] = 500

        clipped = clip_spikes(spiked)

        assert clipped[100] == 25 + 4 * 5
        assert np.delete(clipped, 100).tolist() == [25.0] * 139

    def test_lets_a_lasting_change_pass(self) -> None:
        assert clip_spikes(np.concatenate([np.full(140, 25.0), np.full(70, 100.0)]))[-1] == 100

    def test_tells_nothing_of_later_days(self) -> None:
        counts = np.random.default_rng(1).poisson(20, 140).astype(float)

        assert clip_spikes(counts)[:133].tolist() == clip_spikes(counts[:133]).tolist()
