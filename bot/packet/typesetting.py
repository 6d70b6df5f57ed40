"""The child process that sets a packet's PDF: one JSON request on standard input, the PDF in the folder it names.

It sees a fresh folder with the display copies and the template, no network packages and no system fonts, and runs under
a deadline of its parent's. Text arrives as data and is never read as markup.
"""

import json
import sys
from pathlib import Path


def main() -> int:
    """Set the document. 0: `packet.pdf` is there; 1: the reason is on standard error."""
    import typst

    request = json.load(sys.stdin)
    folder = Path(request["folder"])
    families = typst.Fonts(False, False, [request["fonts"]]).families()
    data = {**request["data"], "serif": _ordered(families, "Serif"), "sans": _ordered(families, "Sans")}
    try:
        document = typst.compile(
            str(folder / "packet.typ"),
            root=str(folder),
            font_paths=[request["fonts"]],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=request["timestamp"],
            package_path=str(folder / "none"),
            package_cache_path=str(folder / "none"),
        )
    except RuntimeError as fault:
        sys.stderr.write(str(fault))
        return 1
    (folder / "packet.pdf").write_bytes(document)
    return 0


def _ordered(families: list[str], wanted: str) -> list[str]:
    """The font families there are, those whose name has the word first: the others fill in."""
    return sorted(families, key=lambda name: (wanted not in name, name))


if __name__ == "__main__":
    sys.exit(main())
