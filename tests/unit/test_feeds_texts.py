"""Every refusal, reject and remark can be read in both languages."""

import ast
import json
import re
from pathlib import Path

import pytest

from sylvan.feeds.parsed import Reason

ROOT = Path(__file__).parents[2] / "sylvan"
_CODE = re.compile(r"[a-z]+\.[a-z_]+")
_PARAMETER = re.compile(r"\{(\w+)\}")
_FORMS = {"ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}
_ADDED_LATER = {"file", "count"}  # by FeedError.named and by the counting of remarks


def catalogue(language):
    return json.loads((ROOT / "locales" / language / "rejects.json").read_text("utf-8"))


def raised():
    """Codes with the parameters given, at every place of the source that makes one."""
    for path in sorted([*(ROOT / "feeds").glob("*.py"), ROOT / "cli" / "ingest.py"]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            maker = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = getattr(node.args[0], "value", None)
            if maker in {"FeedError", "Coded", "add"} and _CODE.fullmatch(str(code)):
                given = {word.arg for word in node.keywords}
                for argument in node.args[1:]:
                    given |= {key.value for key in getattr(argument, "keys", [])}
                yield code, given


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_code_has_a_text_and_every_text_a_code(language):
    codes = {code for code, _ in raised()} | {reason.code for reason in Reason}
    assert codes == set(catalogue(language))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_texts_ask_only_for_parameters_that_are_given(language):
    texts = catalogue(language)
    for code, given in raised():
        assert set(_PARAMETER.findall(str(texts[code]))) <= given | _ADDED_LATER, code


@pytest.mark.parametrize("language", ["ru", "en"])
def test_plural_texts_have_all_forms(language):
    for code, text in catalogue(language).items():
        assert isinstance(text, str) or set(text) == _FORMS[language], code
