"""One way to say no: what is wrong, and what to run so that it is right."""


class Refusal(RuntimeError):  # noqa: N818 it is an answer, not an accident
    """Something on this machine stands in the way.

    Attributes:
        problem: what is wrong, in one sentence.
        mend: what to run or change; may have several lines.
    """

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem}\n{mend}")
        self.problem = problem
        self.mend = mend
