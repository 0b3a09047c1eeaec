"""Documents, as asked for and as published."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.damage import Category, Degree, Loss, Size, Volume
from sylvan.domain.documents import DocumentKind, Format
from sylvan.services.documents import NewDocument
from sylvan.services.languages import FIRST, Language
from sylvan.web.bodies import Short, Strict, Text
from sylvan.web.schemas_text import CodedText

Rub = Annotated[float, Field(ge=0, le=1e13, allow_inf_nan=False)]
Cubic = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Species = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]


class LostTimber(Strict):
    """Timber of one kind that was lost."""

    species: Species = Field(description="as `alerts/damage.yaml` calls it")
    size: Size
    degree: Degree
    m3: Cubic

    def told(self) -> Volume:
        """As the use-case takes it."""
        return Volume(self.species, self.size, self.degree, self.m3)


class LossTold(Strict):
    """What is known of the damage; what is left out is printed as missing."""

    volumes: list[LostTimber] = Field(default_factory=list, max_length=100)
    category: Category | None = None
    suppression_rub: Rub | None = None
    clearing_rub: Rub | None = None

    def told(self) -> Loss:
        """As the use-case takes it."""
        return Loss(
            tuple(one.told() for one in self.volumes),
            self.category,
            self.suppression_rub,
            self.clearing_rub,
        )


class IssueDocument(Strict):
    """A document to be issued; again for the same day or fire: its next version."""

    kind: DocumentKind
    day: date | None = Field(None, description="reporting day, of `daily` and `bulletin`")
    fire_id: UUID | None = Field(None, description="of `act` and `closing`")
    fire_number: Short | None = Field(None, description="instead of `fire_id`: SA-2026-0117")
    language: Language = FIRST
    reason: Text = Field("", description="of the correction; a must from the second version on")
    loss: LossTold | None = Field(None, description="of `act` alone")

    def wanted(self) -> NewDocument:
        """As the use-case takes it."""
        loss = self.loss.told() if self.loss else Loss()
        return NewDocument(
            self.kind,
            self.day,
            self.fire_id,
            self.fire_number,
            self.language,
            self.reason,
            loss,
        )


class DocumentFile(BaseModel):
    """A file as it was issued."""

    name: str
    media_type: str
    sha256: str
    size: int = Field(description="bytes")


class DocumentBrief(BaseModel):
    """A version of a document."""

    id: UUID
    kind: DocumentKind
    about: str
    day: date | None
    fire_id: UUID | None
    number: str
    version: int
    language: str
    reason: str
    issued_at: datetime
    issued_by: str
    notes: list[CodedText] = Field(description="what is to be known: no PDF, a refused template")
    files: dict[Format, DocumentFile]


class Difference(BaseModel):
    """A field in which a version differs from the one before."""

    field: str
    before: Any
    after: Any


class DocumentTold(DocumentBrief):
    """A version with everything in it."""

    fields: dict[str, Any]
    differs: list[Difference]
    templates: dict[Format, dict[str, Any]]


class DocumentPage(BaseModel):
    """Versions, newest first."""

    rows: list[DocumentBrief]
    next: str | None


class TemplateTold(BaseModel):
    """The template in force of a kind and format."""

    kind: DocumentKind
    format: Format
    sha256: str
    own: bool = Field(description="the operator's, not the one that came with Sylvan")
    refused: CodedText | None = Field(description="why the operator's is not in force")
