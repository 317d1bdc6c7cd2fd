"""Random sources of expressions, right and wrong."""

from __future__ import annotations

from hypothesis import strategies as st

from mobius.engine.expressions.forms import FORMS
from mobius.engine.expressions.functions import FUNCTIONS

LITERALS = [
    "1",
    "0",
    "2.5",
    "-3",
    "9223372036854775807",
    "1e308",
    "'a'",
    '"b\\n"',
    "`c`",
    "true",
    "nil",
    "[]",
    "[1]",
]
PATHS = ["it", "index", "now", "s", "s.a", "s.l", "s?.zz", "s.l[0]", "s['a']", "s.m.k", "huge", "inf"]
ATOMS = st.sampled_from([*LITERALS, *PATHS])
NAMES = st.sampled_from([*FUNCTIONS, *FORMS, "nope"])
SIGNS = st.sampled_from(
    ["||", "&&", "and", "or", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in", "not in"]
)
MARKS = st.sampled_from(["(", ")", "[", "]", ",", ".", "?.", "!", "-"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} {} {}".format, inner, SIGNS, inner),
        st.builds("({})".format, inner),
        st.builds("{}{}".format, st.sampled_from(["-", "!", "not "]), inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({}){}k".format, inner, st.sampled_from([".", "?."])),
        st.builds(lambda name, given: f"{name}({', '.join(given)})", NAMES, st.lists(inner, max_size=3)),
    )


SOURCES = st.recursive(ATOMS, _larger, max_leaves=25)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(codec=None), max_size=40),
    st.text(alphabet="()[]{}.?,'\"`\\$+-*/%=!<>&|0123456789exbo_ aintr\n", max_size=60),
    st.lists(st.one_of(ATOMS, NAMES, SIGNS, MARKS), max_size=20).map(" ".join),
)
