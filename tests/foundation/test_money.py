"""An amount is written once, in figures and in the capital numerals of a voucher."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_platform.foundation.money import (
    CAPITAL_LIMIT_FEN,
    FEN_PER_WAN,
    FEN_PER_YI,
    FEN_PER_YUAN,
    capital_amount,
    figure,
)

# The worked amounts of 正确填写票据和结算凭证的基本规定 (银发〔1997〕393号, annex 1), item 4.
OFFICIAL = [
    (1_409_50, "壹仟肆佰零玖元伍角"),
    (6_007_14, "陆仟零柒元壹角肆分"),
    (1_680_32, "壹仟陆佰捌拾元零叁角贰分"),
    (107_000_53, "壹拾万柒仟元零伍角叁分"),
    (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
    (325_04, "叁佰贰拾伍元零肆分"),
]


@pytest.mark.parametrize(("amount_fen", "words"), OFFICIAL)
def test_capital_numerals_are_those_of_the_payment_rule(amount_fen, words):
    assert capital_amount(amount_fen) == words


@pytest.mark.parametrize(
    ("amount_fen", "words"),
    [
        (1_894_200_00, "壹佰捌拾玖万肆仟贰佰元整"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角"),
        (10_00, "壹拾元整"),
        (10_005_00, "壹万零伍元整"),
        (100_000_000_00, "壹亿元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (1_000_100_010_00, "壹拾亿零壹拾万零壹拾元整"),
        (12_345_600_000_000_00, "壹拾贰万叁仟肆佰伍拾陆亿元整"),
        (-2_000_50, "负贰仟元零伍角"),
    ],
)
def test_zeros_are_read_once_and_units_kept(amount_fen, words):
    assert capital_amount(amount_fen) == words


def fen_read_from(words: str) -> int:
    """Read capital numerals below 亿 back, sign by sign, without knowing how they were written."""
    yuan = section = digit = fen = 0
    for sign in words:
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in "拾佰仟":
            section, digit = section + digit * 10 ** ("拾佰仟".index(sign) + 1), 0
        elif sign == "万":
            yuan, section, digit = (section + digit) * 10**4, 0, 0
        elif sign == "元":
            yuan, section, digit = yuan + section + digit, 0, 0
        elif sign in "角分":
            fen, digit = fen + digit * {"角": 10, "分": 1}[sign], 0
    return yuan * FEN_PER_YUAN + fen


@given(st.integers(min_value=0, max_value=CAPITAL_LIMIT_FEN - 1))
def test_capital_numerals_read_back_give_the_amount(amount_fen):
    high, low = divmod(amount_fen // FEN_PER_YUAN, 10**8)
    words = capital_amount(amount_fen)
    if "亿" in words:
        above, below = words.split("亿")
        assert fen_read_from(above + "元") == high * FEN_PER_YUAN
        assert fen_read_from(below) == low * FEN_PER_YUAN + amount_fen % FEN_PER_YUAN
    else:
        assert (high, fen_read_from(words)) == (0, amount_fen)


@given(st.integers(min_value=0, max_value=CAPITAL_LIMIT_FEN - 1))
def test_zero_never_stands_twice_nor_before_the_yuan(amount_fen):
    words = capital_amount(amount_fen)
    assert "零零" not in words
    assert words == "零元整" or "零元" not in words
    assert "零万" not in words
    assert "零亿" not in words


@pytest.mark.parametrize("amount", [1.0, Decimal(1), "1", True, None])
def test_only_integer_fen_are_an_amount(amount):
    with pytest.raises(TypeError, match="amount_fen"):
        capital_amount(amount)
    with pytest.raises(TypeError, match="amount_fen"):
        figure(amount)


def test_an_amount_beyond_the_words_is_refused_with_a_remedy():
    with pytest.raises(ValueError, match="write it in figures"):
        capital_amount(CAPITAL_LIMIT_FEN)
    assert capital_amount(CAPITAL_LIMIT_FEN - 1).startswith("玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿")


@pytest.mark.parametrize(
    ("amount_fen", "unit_fen", "text"),
    [
        (123_456, FEN_PER_YUAN, "1,234.56"),
        (189_420_000, FEN_PER_WAN, "189.42"),
        (15_000, FEN_PER_WAN, "0.02"),
        (14_999, FEN_PER_WAN, "0.01"),
        (-21_530_000, FEN_PER_WAN, "\u221221.53"),
        (-1, FEN_PER_WAN, "0.00"),
        (713_800_000_000, FEN_PER_YI, "71.38"),
        (0, FEN_PER_YUAN, "0.00"),
    ],
)
def test_figures_are_rounded_half_up_and_grouped(amount_fen, unit_fen, text):
    assert figure(amount_fen, unit_fen=unit_fen) == text


@given(st.integers(-(10**15), 10**15), st.sampled_from([FEN_PER_YUAN, FEN_PER_WAN, FEN_PER_YI]), st.integers(0, 4))
def test_figures_agree_with_decimal_arithmetic(amount_fen, unit_fen, places):
    exact = (Decimal(amount_fen) / unit_fen).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert (
        Decimal(figure(amount_fen, unit_fen=unit_fen, places=places).replace(",", "").replace("\u2212", "-")) == exact
    )
