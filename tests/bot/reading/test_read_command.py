"""`python -m bot read`: one JSON line a file, in the form programs rely on."""

from pathlib import Path

from bot.commands.read import line_of
from bot.reading.reading import ReadField, Reading
from dialogs import loader

_, TEXTS = loader.load()


def test_a_line_has_values_with_their_scores_and_a_note_in_words() -> None:
    item = {"amount": ReadField("128.00", 0.98, (1, 2, 3, 4))}
    line = line_of(Path("a.jpg"), Reading("slip", (item,), ("金额 128.00",), 1, "blurred"), TEXTS)

    assert list(line) == ["file", "kind", "items", "lines", "masked", "note"]
    assert line["items"] == [{"amount": {"value": "128.00", "score": 0.98}}]
    assert line["note"] == TEXTS.say(TEXTS.languages[0], "reading.note.blurred")


def test_nothing_to_say_is_said_with_nothing() -> None:
    assert line_of(Path("a.jpg"), Reading(), TEXTS)["note"] == ""
