"""What the guide's words rest on: the sources of a suggestion or of what was said last."""

from dialogs.draft import Draft

MOST = 4  # sources are shown at once
SUGGESTIONS = ("suggest",)  # replies whose words are the suggestion's


def said(draft: Draft) -> tuple[str, ...]:
    """The keys of this step's replies that rest on facts, a suggestion by its own key."""
    keys = dict.fromkeys(draft.position.told if one.key in SUGGESTIONS else one.key for one in draft.replies)
    return tuple(key for key in keys if facts(draft, key))


def facts(draft: Draft, key: str) -> tuple[str, ...]:
    """The facts that a text or a suggestion rests on."""
    rule = next((rule for rule in draft.guide.advice if rule.key == key), None)
    if rule is not None:
        return rule.facts
    first = draft.texts.languages[0]
    return draft.texts.get(first, key).facts if draft.texts.has(key) else ()


def show(draft: Draft, key: str = "") -> None:
    """Show what a suggestion rests on; without one, what the last replies do."""
    keys = (key,) if key else draft.position.said
    found = dict.fromkeys(fact for one in keys for fact in facts(draft, one) if fact in draft.guide.grounds)
    if not found:
        draft.say("source.none")
        return
    lines = []
    for ground in (draft.guide.grounds[fact] for fact in list(found)[:MOST]):
        params = {
            "source": ground.cite,
            "text": ground.text,
            "reviewed": str(draft.guide.reviewed),
            "confidence": draft.text(f"confidence.{ground.level}"),
        }
        lines.append(draft.text("source.line", params))
    draft.say("source", {"lines": "\n".join(lines)})
