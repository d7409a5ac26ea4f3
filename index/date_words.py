"""Words that dates are written with: the months of English, the eras of Japan and of the Chinese Republic."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""How each month begins, in order."""

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""Each era with the year before its first."""
