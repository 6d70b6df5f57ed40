"""What the company or its agent said to put the merchant off, recognised by its words."""

from dialogs import wordlists
from dialogs.guide import Guide
from dialogs.recognised import Excuse


def find(guide: Guide, text: str) -> Excuse | None:
    """The excuse whose words stand first in the text; where the rule wants company for them, that too must be there."""
    found = [
        (position, excuse)
        for excuse in guide.excuses
        for word in excuse.words
        if (position := wordlists.position(word, text)) >= 0
        and (not excuse.company or wordlists.says(excuse.company, text))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None
