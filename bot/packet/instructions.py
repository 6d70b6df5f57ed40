"""How a stranger checks a packet: the exact commands, with words of the guide around them."""

from dataclasses import dataclass

from bot.packet.contents import PacketContents

PUBLIC_KEY = "signatures/public-key.pem"
SIGNATURE = "signatures/tagmanifest.sig"
STAMP = "signatures/timestamp.tsr"
ROOTS = "signatures/tsa-roots.pem"
STAMP_LIST = "signatures/stamps-sha256.txt"
STAMP_LIST_SIGNATURE = "signatures/stamps.sig"
HEADS = "signatures/heads"
CHAIN = "data/chain.jsonl"
DOCUMENT = "data/packet.pdf"
INSTRUCTIONS = "data/verify.txt"

FILES = ("sha256sum -c manifest-sha256.txt", "sha256sum -c tagmanifest-sha256.txt")
BAG = ("python3 -m bagit --validate .",)
SIGNED = (
    f"openssl dgst -sha256 -verify {PUBLIC_KEY} -signature {SIGNATURE} tagmanifest-sha256.txt",
    f"openssl pkey -pubin -in {PUBLIC_KEY} -outform DER | sha256sum",
)
STAMPED = (
    f"openssl ts -verify -data tagmanifest-sha256.txt -in {STAMP} -CAfile {ROOTS}",
    f"openssl dgst -sha256 -verify {PUBLIC_KEY} -signature {STAMP_LIST_SIGNATURE} {STAMP_LIST}",
    f"sha256sum -c {STAMP_LIST}",
)
DAILY = (
    f"for file in {HEADS}/*.txt; do",
    f'  openssl ts -verify -data "$file" -in "${{file%.txt}}.tsr" -CAfile {ROOTS}',
    f'  line=$(sed -n "$(basename "$file" .txt)p" {CHAIN})',
    '  [ "$(printf %s "$line" | sha256sum | cut -d" " -f1)" = "$(cat "$file")" ] || echo "BROKEN $file"',
    "done",
)
LINKED = (
    'prev=""',
    "while IFS= read -r line; do",
    '  case "$line" in *"\\"prev\\":\\"$prev\\""*) ;; *) echo "BROKEN $line" ;; esac',
    '  prev=$(printf %s "$line" | sha256sum | cut -d" " -f1)',
    f"done < {CHAIN}",
    'echo "$prev"',
)


@dataclass(frozen=True, slots=True)
class Step:
    """One check: what it shows, the commands to type, and what their answer means."""

    title: str
    commands: tuple[str, ...]
    note: str


def steps(contents: PacketContents, *, stamping: bool) -> tuple[Step, ...]:
    """The checks of this packet. `stamping`: an authority is set, so a time stamp is or may come to be in the bag."""
    words = contents.words

    def step(name: str, *commands: str) -> Step:
        return Step(words[f"verify.{name}"], commands, words[f"verify.{name}.note"])

    found = [step("files", *FILES), step("bag", *BAG), step("signature", *SIGNED)]
    found.append(step("time", *STAMPED) if stamping else Step(words["verify.time"], (), words["verify.time.none"]))
    if has_chain(contents):
        found.append(step("chain", *LINKED))
        if stamping:
            found.append(step("daily", *DAILY))
    return (*found, step("windows", windows()))


def has_chain(contents: PacketContents) -> bool:
    """Is the whole timeline in the bag? Whoever gets no originals is told its head only."""
    return contents.originals


def head_data(sha256: str) -> bytes:
    """What is stamped daily: the hash of an entry of the timeline, as a line of text."""
    return f"{sha256}\n".encode()


def windows() -> str:
    """The command that hashes one file on Windows."""
    return "certutil -hashfile " + DOCUMENT.replace("/", "\\") + " SHA256"


def as_text(contents: PacketContents, fingerprint: str, *, stamping: bool) -> str:
    """The instructions as a text file."""
    words = contents.words
    parts = [words["verify"], words["verify.intro"]]
    for number, step in enumerate(steps(contents, stamping=stamping), 1):
        parts += ["\n".join([f"{number} {step.title}", *(f"    {line}" for line in step.commands), step.note])]
    parts.append(f"{words['verify.fingerprint']}\n    {fingerprint}")
    parts.append("\n".join([words["limits"], *(words[f"limit.{number}"] for number in range(1, 5))]))
    return "\n\n".join(parts) + "\n"
