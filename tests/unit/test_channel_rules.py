"""Channels and ladders as data: faults named by line and field, secrets outside the file."""

import pytest

from sylvan.services import channel_rules, escalation_rules
from sylvan.services.packs import PackError

MAIL = """version: x
channels:
  mail:
    kind: mail
    host: smtp.example.org
    from: Sylvan <a@example.org>
"""
SMS = """version: x
channels:
  sms:
    kind: sms
    url: http://127.0.0.1:1/x
    params: {to: "{to}", text: "{text}", password: "${SMS_WORD}"}
"""


def read(tmp_path, text, environ=None, module=channel_rules):
    path = tmp_path / "rules.yaml"
    path.write_text(text, "utf-8")
    if module is channel_rules:
        return channel_rules.read(path, environ or {})
    return module.read(path)


def test_the_shipped_files_hold_and_send_nothing_to_anybody():
    rules = channel_rules.load(environ={}).rules
    assert {name for name, one in rules.items() if one.on} == {"screen", "push"}
    assert escalation_rules.load().ladders


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (MAIL.replace("host", "hots"), 4, "host"),
        (MAIL + "    port: 0\n", 7, "port"),
        (MAIL.replace("kind: mail", "kind: pigeon"), 4, "pigeon"),
        (MAIL.replace("Sylvan <a@example.org>", '"a@example.org\\nBcc: b@c.example"'), 6, "from"),
        (MAIL + "    tls: none\n    password_env: WORD\n", 4, "starttls"),
        (SMS.replace('"{to}"', '"x"'), 4, "{to}"),
        (SMS + "    accepted: '('\n", 4, "regular expression"),
        (MAIL + "replies:\n  gateways:\n    a: {secret_env: S, channels: [sms]}\n", 1, "sms"),
    ],
)
def test_a_fault_is_named_by_line_and_field(tmp_path, text, line, told):
    with pytest.raises(PackError) as refused:
        read(tmp_path, text)
    errors = [one for one in refused.value.errors if told in f"{one.field} {one.params}"]
    assert errors, refused.value.errors
    assert abs(int(errors[0].params["line"]) - line) <= 4


def test_a_channel_without_its_secret_is_off_and_says_what_is_missing(tmp_path):
    found = read(tmp_path, SMS)
    assert (found.rules["sms"].on, found.missing["sms"]) == (False, ("SMS_WORD",))
    filled = read(tmp_path, SMS, {"SMS_WORD": "secret"})
    assert filled.rules["sms"].on
    assert filled.rules["sms"].options["params"]["password"] == "secret"
    assert "secret" not in repr(filled.rules["sms"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ladders: [{name: a, steps: [{after_min: 3, to: [nobody]}]}]", "nobody"),
        ("ladders: [{name: a, steps: [{after_min: 3}]}]", "next_way"),
        (
            (
                "ladders: [{name: a, steps: [{after_min: 3, next_way: true},"
                " {after_min: 3, next_way: true}]}]"
            ),
            "grow",
        ),
    ],
)
def test_a_ladder_that_leads_nowhere_is_refused(tmp_path, text, told):
    with pytest.raises(PackError, match=told):
        read(tmp_path, f"version: x\n{text}\n", module=escalation_rules)
