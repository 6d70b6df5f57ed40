"""What the company or its agent said to put the merchant off, recognised by its words."""

from dialogs.guide import Excuse, Guide


def find(guide: Guide, text: str) -> Excuse | None:
    """The excuse whose words stand first in the text; where the rule wants company for them, that too must be there."""
    found = [
        (position, excuse)
        for excuse in guide.excuses
        for word in excuse.words
        if (position := text.find(word.lower())) >= 0
        and (not excuse.company or any(near in text for near in excuse.company))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None
