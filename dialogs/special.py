"""The special case (situations.yaml) that a case is."""

from dialogs.guide import Guide
from dialogs.recognised import Situation
from dialogs.view import CaseView

FACT = "situation"


def of(guide: Guide, view: CaseView) -> Situation | None:
    """The special case that this one is, as long as its problem is still the case's."""
    known = view.value(FACT)
    return next((one for one in guide.situations if one.id == known and one.problem in ("", view.problem)), None)
