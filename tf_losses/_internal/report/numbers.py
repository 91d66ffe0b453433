# SPDX-License-Identifier: Apache-2.0
"""Numbers as the pages show them. Facts have NaN and infinities as texts, as JSON has none."""

from __future__ import annotations

import math

Number = int | float | str | None
NOTHING = "\N{EN DASH}"
# The largest number of four digits is still shown whole.
WHOLE = 10_000
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def real(value: Number) -> float:
    """Give a number of the facts as a float; NaN if it is none.

    >>> real("inf"), real(2), real(None)
    (inf, 2.0, nan)
    """
    return math.nan if value is None else float(value)


def number(value: Number, digits: int = 6) -> str:
    """Write a number: whole ones in groups of three digits, others to some digits.

    >>> number(1234567), number(0.1234567), number("-inf"), number("nan")
    ('1,234,567', '0.123457', '-inf', 'NaN')
    """
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return f"{value:,}"
    found = real(value)
    return "NaN" if math.isnan(found) else f"{found:.{digits}g}"


def short(value: float) -> str:
    """Write a number for a figure.

    >>> short(0.012345), short(12345.0), short(3e-9), short(0.0)
    ('0.0123', '12,345', '3e-9', '0')
    """
    if math.isfinite(value) and 1e3 <= abs(value) < 1e6:  # noqa: PLR2004 (else powers of ten)
        return f"{value:,.0f}"
    return number(value, 3).replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def tally(count: float) -> str:
    """Write a count in few letters.

    >>> tally(9999), tally(12_345), tally(2_000_000), tally(0)
    ('9,999', '12.3k', '2M', '0')
    """
    if count < WHOLE:
        return f"{count:,.0f}"
    for unit, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if count >= unit:
            return f"{count / unit:.3g}{letter}"
    return "1M" if count >= 999_500 else f"{count / 1e3:.3g}k"  # noqa: PLR2004 (rounds to 1000k)


def percent(value: Number, *, aligned: bool = False) -> str:
    """Write a fraction; only all is 100 %, and only nothing is 0 %; `aligned` for a column.

    >>> percent(0.975), percent(0.999999), percent(1.0), percent(1e-9)
    ('97.5%', '99.99%', '100%', '0.01%')
    >>> percent(0.975, aligned=True)
    '97.50%'
    """
    found = real(value)
    if math.isnan(found):
        return NOTHING
    rounded = round(100 * found, 2)
    if 0 < found < 1:
        rounded = min(max(rounded, 0.01), 99.99)
    return f"{rounded:.2f}%" if aligned else f"{rounded:g}%"


def power(exponent: int, *, plain: bool) -> str:
    """Write a power of ten.

    >>> power(-2, plain=True), power(3, plain=True), power(-12, plain=False)
    ('0.01', '1,000', '10⁻¹²')
    """
    if plain:
        return f"{10**exponent:,}" if exponent >= 0 else f"{10.0**exponent:.{-exponent}f}"
    return "10" + str(exponent).translate(SUPERSCRIPTS)
