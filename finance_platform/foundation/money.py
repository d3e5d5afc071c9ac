"""Money is an integer number of fen; this module writes it for people.

Every figure is rounded half-up on the magnitude in integer arithmetic, so the same fen print the same
way on a screen, in a voucher and in an export. A negative figure carries U+2212, never a hyphen.
"""

from __future__ import annotations

FEN_PER_YUAN = 100
FEN_PER_WAN = 10_000 * FEN_PER_YUAN
FEN_PER_YI = 100_000_000 * FEN_PER_YUAN
MINUS = "\u2212"
# The largest amount the words below can name: one fen short of 万亿亿元.
CAPITAL_LIMIT_FEN = 10**16 * FEN_PER_YUAN

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


def figure(amount_fen: int, *, unit_fen: int = FEN_PER_YUAN, places: int = 2) -> str:
    """Return `amount_fen` in units of `unit_fen` with thousands separators, rounded half-up.

    `figure(189_420_000, unit_fen=FEN_PER_WAN)` is `"189.42"`; `figure(-5)` is `"−0.05"`. A negative amount
    that rounds to nothing prints without a sign. Raises TypeError for anything but an integer number of fen.
    """
    scaled = round_half_up(amount_fen, unit_fen=unit_fen, places=places)
    whole, rest = divmod(abs(scaled), 10**places)
    text = f"{whole:,}" + (f".{rest:0{places}d}" if places else "")
    return MINUS + text if scaled < 0 else text


def round_half_up(amount_fen: int, *, unit_fen: int, places: int) -> int:
    """Return `amount_fen` as an integer count of 10**-places units; a half goes away from zero.

    `round_half_up(15_000, unit_fen=FEN_PER_WAN, places=2)` is `2`. Raises TypeError for a non-integer.
    """
    require_fen(amount_fen)
    magnitude = (2 * abs(amount_fen) * 10**places + unit_fen) // (2 * unit_fen)
    return -magnitude if amount_fen < 0 else magnitude


def capital_amount(amount_fen: int) -> str:
    """Return the amount in the capital numerals of payment vouchers, e.g. 壹佰捌拾玖万肆仟贰佰元整.

    Of the two readings the rule allows where the yuan digit is zero, the one with 零 before 角 is written.
    A negative amount is prefixed 负. Raises TypeError for a non-integer, ValueError from 10**16 yuan on.

    Source: People's Bank of China, 支付结算办法 (银发〔1997〕393号), annex 1
    正确填写票据和结算凭证的基本规定, items 2-4.
    """
    require_fen(amount_fen)
    if abs(amount_fen) >= CAPITAL_LIMIT_FEN:
        raise ValueError(f"amount_fen: {amount_fen} is beyond 10**16 yuan; write it in figures")
    yuan, small_fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    words = (_integer(yuan) + "元" if yuan else "") + _small(yuan, small_fen)
    return ("负" if amount_fen < 0 else "") + words


def require_fen(amount_fen: int) -> None:
    """Refuse what is not an integer number of fen. Raises: TypeError."""
    if isinstance(amount_fen, bool) or not isinstance(amount_fen, int):
        raise TypeError(f"amount_fen: an integer number of fen is needed, not {amount_fen!r}")


def _integer(yuan: int) -> str:
    """Return the words of a positive integer, four digits at a time."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if yuan >= size:
            high, low = divmod(yuan, size)
            gap = "零" if 0 < low < size // 10 else ""
            return _integer(high) + name + gap + (_integer(low) if low else "")
    return _section(yuan)


def _section(number: int) -> str:
    """Return the words of 1 to 9999; a run of zeros between two digits is one 零."""
    words = ""
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            words += _DIGITS[digit] + _PLACES[place]
        elif words and number % 10**place and not words.endswith("零"):
            words += "零"
    return words


def _small(yuan: int, small_fen: int) -> str:
    """Return the words of jiao and fen, with 整 after a whole amount and 零 where a digit is passed over."""
    if not small_fen:
        return "整" if yuan else "零元整"
    jiao, fen = divmod(small_fen, 10)
    passed_over = yuan and (not jiao or yuan % 10 == 0)
    words = "零" if passed_over else ""
    words += _DIGITS[jiao] + "角" if jiao else ""
    return words + (_DIGITS[fen] + "分" if fen else "")
