"""Shapes of requests and answers about files of alert rules."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from sylvan.web.bodies import Moment, Short, Strict, Text
from sylvan.web.schemas_alerts import Grade, Tried

FileName = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*\.yaml$")]
RuleText = Annotated[str, StringConstraints(min_length=1, max_length=60_000, pattern=r"^[^\x00]*$")]


class RuleFault(BaseModel):
    """What is wrong, and where."""

    file: str
    line: int | None
    field: str
    reason: str


class RuleFileTold(BaseModel):
    """A file of rules in force."""

    file: str
    text: str
    mark: str = Field(description="by which the text is known again")
    rules: list[str]
    versions: int


class RuleDesk(BaseModel):
    """All files of rules."""

    version: str
    writable: bool = Field(description="false: only to be taken away as a file")
    files: list[RuleFileTold]
    faults: list[RuleFault] = Field(description="of newer files, which are not used")


class RuleTest(BaseModel):
    """A test beside the rules that does not hold."""

    file: str
    test: str
    passed: bool
    missing: list[str]
    unexpected: list[str]


class RulesJudged(BaseModel):
    """Whether a text may come into force."""

    ok: bool
    faults: list[RuleFault]
    rules: list[str]
    failed: list[RuleTest]


class RuleVersion(BaseModel):
    """What a file said from one moment on."""

    file: str
    number: int
    text: str
    at: datetime
    by: str = Field(description="empty: written by hand")
    name: str
    reason: str
    restores: int | None


class JudgeRules(Strict):
    """A text, as if it were that file."""

    file: FileName
    text: RuleText


class TryRules(JudgeRules):
    """A past time to try it on."""

    since: Moment | None = Field(None, description="by the world's clock; default: a day back")
    until: Moment | None = None


class PublishRules(JudgeRules):
    """Put it in force."""

    reason: Text = Field(min_length=3, description="why; kept with your name")
    against: Short = Field(description="`mark` of the text that was changed; empty: a new file")
    restores: int | None = Field(None, ge=1, le=2**31 - 1)


class WayCount(BaseModel):
    """Letters by recipient and the way that is tried first."""

    recipient: str
    channel: str = Field(description="empty: the recipient has no way")
    letters: int


class WordedLetter(BaseModel):
    """A letter as it would read."""

    id: UUID
    rule: str
    recipient: str
    channels: list[str]
    grade: Grade
    due_at: datetime
    subject: str
    text: str


class RulesTried(Tried):
    """What would have been sent, by way and in its own words."""

    by_way: list[WayCount]
    texts: list[WordedLetter]
