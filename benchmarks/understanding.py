"""What understanding costs beside plain `jieba.lcut` in the same run: `python benchmarks/understanding.py`.

Prints utterances a second, the ratio to segmentation, the time to the first answer in a fresh process, and memory.
Compare by ratio: absolute figures depend on the machine and on who else uses it.
`python benchmarks/understanding.py --ngrams SET.jsonl …` compares accuracy on sentences with a character n-gram
classifier trained on the same examples; only that needs scikit-learn.
"""

import json
import logging
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
SENTENCES = ROOT / "tests" / "nlu" / "sentences" / "dev-intents.jsonl"
NOW = "2026-03-18T10:30:00+08:00"
ROUNDS = 7
FIRST = f"""
import time
began = time.perf_counter()
from datetime import datetime
from nlu import Matcher
Matcher.load().understand("机子不吐票了咋整", now=datetime.fromisoformat("{NOW}"))
print(time.perf_counter() - began)
"""


def a_second(work: Callable[[str], object], texts: list[str]) -> float:
    """Return how many texts a second of CPU the work does: the median of some rounds."""
    rates = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for text in texts:
            work(text)
        rates.append(len(texts) / (time.process_time() - began))
    return statistics.median(rates)


def memory() -> float:
    """Return the largest resident size of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(paths: list[str]) -> int:
    """Print accuracy and macro-F1 of ours and of TF-IDF on character n-grams with a linear classifier."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import f1_score
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    from nlu import Matcher
    from nlu.expand import sentences
    from nlu.lexicon import read_lexicon

    examples = [sentence for sentence in sentences(read_lexicon()) if not sentence.is_made]
    peer = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True), LinearSVC())
    peer.fit([s.text for s in examples], [s.intent for s in examples])
    matcher = Matcher.load()
    now = datetime.fromisoformat(NOW)
    for path in paths:
        rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
        labels = [{row["intent"], *row.get("also", ())} for row in rows]
        ours = [matcher.understand(row["text"], now=now).intent for row in rows]
        theirs = [str(intent) for intent in peer.predict([row["text"] for row in rows])]
        for name, found in (("ours", ours), ("character n-grams", theirs)):
            wanted = [f if f in label else row["intent"] for f, label, row in zip(found, labels, rows, strict=True)]
            accuracy = sum(f == w for f, w in zip(found, wanted, strict=True)) / len(rows)
            macro = f1_score(wanted, found, average="macro")
            print(f"{Path(path).name}: {name}: accuracy {accuracy:.3f}, macro-F1 {macro:.3f}")
    return 0


def main() -> int:
    """Print the figures."""
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--ngrams"]:
        return compare(sys.argv[2:])
    from nlu import Matcher

    texts = [json.loads(line)["text"] for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    now = datetime.fromisoformat(NOW)
    before = memory()
    matcher = Matcher.load()
    understood = a_second(lambda text: matcher.understand(text, now=now), texts)
    print(f"understand: {understood:,.0f} utterances/s of CPU, {memory():.0f} MB ({before:.0f} before loading)")

    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    cut = a_second(jieba.lcut, texts)
    print(f"jieba.lcut: {cut:,.0f} utterances/s of CPU; understanding costs {cut / understood:.2f} times as much")

    run = [sys.executable, "-c", FIRST]
    firsts = [float(subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT).stdout) for _ in range(3)]
    print(f"first answer: {min(firsts):.2f} s after the interpreter is up")
    return 0


if __name__ == "__main__":
    sys.exit(main())
