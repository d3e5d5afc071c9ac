"""The numbers of a chart: round scales that hold everything, bars from zero, lines broken where nothing is known."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_platform.foundation.templatetags import charts, curves

values = st.lists(st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-3), min_size=1, max_size=30)


@given(values, st.integers(2, 8))
def test_a_scale_holds_every_value_between_equal_round_steps(found, parts):
    scale = charts.nice_scale(found, parts=parts)
    slack = 1e-6 * (scale.high - scale.low)
    assert scale.low <= min(0, *found) + slack
    assert scale.high >= max(0, *found) - slack
    assert 2 <= len(scale.ticks) <= parts + 2
    step = scale.ticks[1] - scale.ticks[0]
    assert all(math.isclose(b - a, step, rel_tol=1e-6) for a, b in itertools.pairwise(scale.ticks))
    assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in {1, 2, 2.5, 5}


def test_the_scale_of_the_target_runs_to_one_hundred():
    assert charts.nice_scale([93, 71.38]).ticks == (0, 25, 50, 75, 100)


def test_a_scale_of_nothing_or_of_one_value_still_has_two_ends():
    assert charts.nice_scale([]).ticks[0] == 0
    assert charts.nice_scale([5, 5], zero=False).low <= 5 < charts.nice_scale([5, 5], zero=False).high


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_a_number_is_refused(bad):
    with pytest.raises(ValueError, match="finite"):
        charts.nice_scale([1, bad])


def test_ticks_are_written_with_the_decimals_that_tell_them_apart():
    assert [label.text for label in charts.tick_labels(charts.nice_scale([0.9]))] == [
        "0.00",
        "0.25",
        "0.50",
        "0.75",
        "1.00",
    ]


def test_a_phone_shows_the_first_the_last_and_the_middle_label():
    labels = charts.category_labels([f"{year} Q{quarter}" for year in range(2021, 2026) for quarter in range(1, 5)])
    kept = [label.text for label in labels if not label.minor]
    assert (kept[0], kept[-1], len(kept)) == ("2021 Q1", "2025 Q4", 3)
    assert len(labels) <= charts.LABELS_WIDE
    assert (labels[0].anchor, labels[-1].anchor) == ("start", "end")


def test_stacked_parts_leave_zero_in_both_directions():
    row = {"label": "折现率", "segments": [{"value": -100, "tone": "warn"}, {"value": 100}, {"value": 50}]}
    scale = charts.bar_scale([row], None)
    left, right, further = charts.bar_row(row, scale).blocks
    zero = scale.percent(0)
    assert left.at + left.width == pytest.approx(zero)
    assert right.at == pytest.approx(zero)
    assert further.at == pytest.approx(right.at + right.width)
    assert right.width == pytest.approx(2 * further.width, abs=0.05)


def test_the_limit_is_always_in_the_picture():
    assert charts.bar_scale([{"label": "小", "value": 1}], 250).high >= 250


def test_marks_that_would_touch_stand_on_different_levels():
    scale = charts.nice_scale([0, 2400], parts=6)
    marks = [{"at": 1485, "label": "丙"}, {"at": 600, "label": "甲"}, {"at": 891, "label": "乙"}]
    placed = charts.mark_labels(marks, scale)
    assert [(label.text, label.level) for label in placed] == [("甲", 0), ("乙", 1), ("丙", 0)]


def test_a_gap_in_the_values_is_a_gap_in_the_line():
    up = charts.nice_scale([10])
    one = curves.curve({"label": "实际", "values": [0, 5, None, 10, None]}, up, None, 100)
    assert one.path == "M0.0 100.0 L250.0 50.0 M750.0 0.0 L750.0 0.0"
    assert (one.end_at, one.end_y) == (75, 0)


def test_a_series_that_is_wholly_unknown_draws_nothing():
    one = curves.curve({"label": "预测", "values": [None, None], "end": "?"}, charts.nice_scale([1]), None, 100)
    assert (one.path, one.area) == ("", "")


def test_a_style_nobody_drew_is_refused():
    with pytest.raises(ValueError, match="use one of actual, forecast"):
        curves.curve({"label": "x", "values": [1], "style": "dotted"}, charts.nice_scale([1]), None, 100)


def test_a_number_line_holds_the_marks_beyond_the_curve():
    scale = curves.number_line([{"label": "密度", "values": [(100, 0.1), (900, 0.2)]}], [{"at": 1485, "label": "均值"}])
    assert scale.low <= 100
    assert scale.high >= 1485


def test_the_band_closes_around_the_known_stretch_only():
    up = charts.nice_scale([10])
    assert curves.band([None, 0, 5], [None, 5, 10], up, 100) == "M500.0 100.0 L1000.0 50.0 L1000.0 0.0 L500.0 50.0 Z"
    with pytest.raises(ValueError, match=r"shorter|longer"):
        curves.band([1], [1, 2], up, 100)


def test_texts_in_the_right_margin_do_not_overlap():
    up = charts.nice_scale([100])
    series = [
        {"label": name, "values": [0, value], "end": name} for name, value in [("目标", 93), ("预计", 92), ("上限", 91)]
    ]
    moved = curves.lifted([curves.curve(one, up, None, 200) for one in series])
    heights = sorted(one.text_y for one in moved)
    assert [one.label for one in moved] == ["目标", "预计", "上限"]
    assert all(below - above >= 16 for above, below in itertools.pairwise(heights))


def test_a_table_of_a_dense_curve_is_thinned_and_of_even_decimals():
    rows = curves.data_rows([{"label": "密度", "values": [(x, x / 8) for x in range(1000)]}], [], 3)
    assert len(rows) == curves.TABLE_ROWS
    assert {len(cell.split(".")[1]) for _x, cells in rows for cell in cells} == {3}


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_columns_stand_side_by_side_and_as_high_as_their_counts(counts):
    bins = [{"low": index, "high": index + 1, "count": count} for index, count in enumerate(counts)]
    across, up = charts.class_scale(bins, []), charts.nice_scale(counts)
    drawn = [charts.column(one, across, up, 220) for one in bins]
    assert all(one.at + one.width <= after.at + 1e-6 for one, after in itertools.pairwise(drawn))
    assert all(
        one.height == pytest.approx(220 * count / up.high, abs=0.06) for one, count in zip(drawn, counts, strict=True)
    )
    assert all(one.top + one.height == pytest.approx(220) for one in drawn)
