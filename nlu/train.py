"""Learn the weights from the lexicon's examples: `python -m nlu.train [folder]`, about four minutes.

Multinomial logistic regression by AdaGrad on sparse keys, standard library only, the same result every time.
"""

import json
import math
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.calibrate import calibrate
from nlu.decision import unknown_key
from nlu.entities import EntityFinder
from nlu.expand import Sentence, sentences
from nlu.features import Features
from nlu.lexicon import FOLDER, PREPARED, Lexicon, digest, read_lexicon
from nlu.matcher import Matcher
from nlu.normalise import Normaliser
from nlu.scores import MEANING, MEANING_MASS
from nlu.times import NOON_OF_EXAMPLES
from nlu.understanding import Understanding

EPOCHS = 5
RATE = 0.6
DECAY = 2e-5
LEAST_LINES = 2  # a key seen in fewer lines of the lexicon teaches nothing general
LEAST_WEIGHT = 0.3  # smaller ones are dropped: two thirds of the file, no measurable loss
FOLDS = 5  # one line in five is held out to measure on
LEADS = [step / 200 for step in range(1, 200)]
DECISION = {
    "clause": 0.65,  # a clause of this probability counts as an intent of its own
    "strong": 0.8,  # of this, it outranks a whole of a lower kind
    "ask": 0.5,  # the same for what is asked after an answer, in a message of few clauses: news is told to ask
    "fraud": 0.98,  # a clause of this probability is a fraud, whatever other trouble is told first
    "share": 0.02,  # or when the whole gives it this share of its best
    "same": 0.1,  # the same between two of one kind, where the first said wins
    "alone": 0.8,  # an utterance that as a whole is out of scope with this probability stays so
    "illicit": 0.3,  # from this probability on, an illicit request is one
    "sign": 3.0,  # what a sign of a scam multiplies the probability of suspected_fraud by
    "foreign": 2.0,  # what a thing that is not ours multiplies the probability of out_of_scope by
    "native": 0.85,  # the same where no such thing is named
    "short": 8,  # characters up to which an answer is bare
    "expected_short": 8.0,  # what being expected multiplies a bare answer's probability by
    "expected_long": 1.6,
}
STEPS = 100  # weights are kept in hundredths


@dataclass(slots=True)
class Sample:
    """A sentence as the learner sees it."""

    keys: tuple[str, ...]
    label: int
    weight: float
    line: int
    is_made: bool = False

    @property
    def norm(self) -> float:
        """What the weights of its keys are multiplied by, so that long sentences are not surer than short ones."""
        mass = sum(MEANING_MASS if key[0] == "@" else 1 for key in self.keys)
        return 1 / math.sqrt(mass or 1)


class Learner:
    """Softmax regression on binary keys scaled by the root of their number."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.weights: dict[str, list[float]] = {}
        self._squares: dict[str, list[float]] = {}
        self.bias = [0.0] * size
        self._bias_squares = [1e-6] * size

    def learn(self, samples: Sequence[Sample], epochs: int, seed: int) -> None:
        """Go through the samples in a shuffled order, the given number of times."""
        rate, decay = RATE, DECAY
        order = list(range(len(samples)))
        chance = random.Random(seed)
        size = self._size
        for sample in samples:
            for key in sample.keys:
                if key not in self.weights:
                    self.weights[key] = [0.0] * size
                    self._squares[key] = [1e-2] * size
        for _ in range(epochs):
            chance.shuffle(order)
            for number in order:
                self._step(samples[number], rate, decay)

    def _step(self, sample: Sample, rate: float, decay: float) -> None:
        rows = [self.weights[key] for key in sample.keys]
        norm = sample.norm
        logits = [b + norm * s for b, s in zip(self.bias, map(sum, zip(*rows, strict=True)), strict=True)]
        top = max(logits)
        powers = [math.exp(z - top) for z in logits]
        total = sum(powers)
        slopes = [(i, sample.weight * (p / total - (i == sample.label))) for i, p in enumerate(powers)]
        slopes = [(i, g) for i, g in slopes if g > 0.002 or g < -0.002]
        for i, slope in slopes:
            self._bias_squares[i] += slope * slope
            self.bias[i] -= 0.3 * rate * slope / math.sqrt(self._bias_squares[i])
        for key, row in zip(sample.keys, rows, strict=True):
            squares = self._squares[key]
            step = rate * MEANING if key[0] == "@" else rate
            for i, slope in slopes:
                g = slope * norm + decay * row[i]
                squares[i] += g * g
                row[i] -= step * g / math.sqrt(squares[i])


def build(lexicon: Lexicon) -> tuple[Normaliser, Features, EntityFinder]:
    """Return the parts that turn a sentence of a lexicon into keys."""
    normaliser = Normaliser(lexicon.script, lexicon.sounds, variants_of(lexicon), english_of(lexicon))
    features = Features(normaliser, words_of(lexicon, normaliser))
    return normaliser, features, EntityFinder(lexicon.companies)


def variants_of(lexicon: Lexicon) -> dict[str, str]:
    """Return variant -> standard spelling over all languages."""
    return {
        variant.lower(): standard
        for language in lexicon.languages.values()
        for standard, variants in language.variants.items()
        for variant in variants
    }


def english_of(lexicon: Lexicon) -> list[str]:
    """Return every word of the English lexicon: these are not read as pinyin."""
    english = lexicon.languages["en"]
    texts = [text for lines in (*english.examples.values(), *english.words.values()) for text in lines]
    return sorted({word for text in texts for word in re.findall(r"[a-z][a-z']*", text.lower())})


def words_of(lexicon: Lexicon, normaliser: Normaliser) -> dict[str, str]:
    """Return word -> meaning over all languages, each word as the matcher will meet it."""
    return {
        normaliser.standard(normaliser.fold(word)): meaning
        for language in lexicon.languages.values()
        for meaning, words in language.words.items()
        for word in words
    }


def sample_of(
    sentence: Sentence, intents: Mapping[str, int], features: Features, normaliser: Normaliser, finder: EntityFinder
) -> Sample:
    """Return a sentence as keys, without the one that tells how much of it is unknown."""
    folded = normaliser.fold(sentence.text)
    keys = [key for clause in features.clauses(folded) for key in clause.keys]
    kinds = {entity.type for entity in finder.find(sentence.text, folded, NOON_OF_EXAMPLES)}
    return Sample(
        (*keys, *features.context(folded, kinds)),
        intents[sentence.intent],
        sentence.weight,
        sentence.line,
        sentence.is_made,
    )


def known_keys(samples: Iterable[Sample]) -> dict[str, int]:
    """Return in how many lines of the lexicon each key occurs, for the keys worth learning.

    A whole clause is worth it even from a single line, unless only a slip of the hand wrote it so.
    """
    lines: dict[str, set[int]] = {}
    for sample in samples:
        for key in sample.keys:
            if key[0] != "=" or not sample.is_made:
                lines.setdefault(key, set()).add(sample.line)
    return {key: len(found) for key, found in lines.items() if len(found) >= LEAST_LINES or key[0] == "="}


def prune(samples: Sequence[Sample], known: Mapping[str, int]) -> list[Sample]:
    """Return the samples with known keys only, each told how much of it other lines do not know."""
    kept = []
    for sample in samples:
        keys = [key for key in sample.keys if key in known]
        general = sum(known[key] > LEAST_LINES for key in keys if key[0] != "@" or key[1:2] != "s")
        keys.append(unknown_key(general, len(sample.keys)))
        kept.append(Sample(tuple(keys), sample.label, sample.weight, sample.line))
    return kept


def learn(lexicon: Lexicon, *, held_out: int | None = None, epochs: int = EPOCHS) -> dict[str, Any]:
    """Return the prepared lexicon, not yet calibrated; lines of the fold `held_out` are not learned from."""
    normaliser, features, finder = build(lexicon)
    intents = {intent: number for number, intent in enumerate(lexicon.intents)}
    samples = [
        sample_of(s, intents, features, normaliser, finder)
        for s in sentences(lexicon)
        if held_out is None or s.line % FOLDS != held_out
    ]
    balance(samples, len(intents))
    known = known_keys(samples)
    samples = prune(samples, known)
    learner = Learner(len(intents))
    learner.learn(samples, epochs, seed=7)
    return {
        "intents": list(intents),
        "kinds": list(lexicon.intents.values()),
        "script": dict(lexicon.script),
        "sounds": dict(lexicon.sounds),
        "variants": variants_of(lexicon),
        "words": words_of(lexicon, normaliser),
        "english": english_of(lexicon),
        "companies": {name: list(spellings) for name, spellings in lexicon.companies.items()},
        "signs": dict(lexicon.signs),
        "scale": 1 / STEPS,
        "bias": [round(b, 4) for b in learner.bias],
        "weights": pack(learner, normaliser),
        "decision": DECISION,
        "contrast": {
            side: sorted({begin for language in lexicon.languages.values() for begin in getattr(language, side)})
            for side in ("denied", "meant", "fine")
        },
        "turns": sorted({word for language in lexicon.languages.values() for word in language.turns}),
        "adds": sorted({word for language in lexicon.languages.values() for word in language.adds}),
        "instead": {
            "deny": ["company_silent", "dont_know", "settlement_delay"],
            "affirm": ["done", "resolved", "company_promised"],
        },
        "calibration": {"lead": [], "right": [0.5]},
    }


def measure(lexicon: Lexicon, fold: int = 0) -> list[tuple[Sentence, Understanding, float]]:
    """Return each held-out line of the lexicon as one sentence, what a matcher without it made of it, and its lead."""
    prepared = learn(lexicon, held_out=fold)
    prepared["calibration"] = {"lead": LEADS, "right": [0.0, *LEADS]}  # so that a confidence is a lead
    matcher = Matcher(prepared)
    first: dict[int, Sentence] = {}
    for sentence in sentences(lexicon):
        if sentence.line % FOLDS == fold and not sentence.is_made:
            first.setdefault(sentence.line, sentence)
    found = []
    for sentence in first.values():
        understanding = matcher.understand(sentence.text, now=NOON_OF_EXAMPLES)
        found.append((sentence, understanding, understanding.confidence))
    return found


def balance(samples: Sequence[Sample], size: int) -> None:
    """Make rare intents weigh more, by the fourth root of how rare they are."""
    total = Counter[int]()
    for sample in samples:
        total[sample.label] += sample.weight  # type: ignore[assignment]  # a counter may count in parts
    mean = sum(total.values()) / size
    for sample in samples:
        sample.weight *= (mean / total[sample.label]) ** 0.5


def pack(learner: Learner, normaliser: Normaliser) -> dict[str, list[int]]:
    """Return the weights in whole steps, keys of sounds spelled out, intents without a say left out."""
    packed = {}
    for key, row in sorted(learner.weights.items()):
        flat = [part for i, w in enumerate(row) if abs(w) >= LEAST_WEIGHT for part in (i, round(w * STEPS))]
        is_sound = any("\ue000" <= char <= "\uf8ff" for char in key)
        packed["~" + normaliser.spell(key) if is_sound else key] = flat
    return packed


def main(arguments: Sequence[str]) -> int:
    """Learn a folder's lexicon and write its prepared file; with --measure, only say how held-out lines fare."""
    folder = Path(next((argument for argument in arguments if not argument.startswith("-")), FOLDER))
    began = time.monotonic()
    lexicon = read_lexicon(folder)
    with ProcessPoolExecutor(1) as other:  # both take minutes: at once where there are two cores
        learned = None if "--measure" in arguments else other.submit(learn, lexicon)
        held_out = measure(lexicon)
        prepared = learned.result() if learned else {}
    right = sum(understanding.intent == sentence.intent for sentence, understanding, _ in held_out)
    sys.stdout.write(f"held-out lines: {right} of {len(held_out)} right\n")
    if "--measure" in arguments:
        for sentence, understanding, lead in held_out:
            if understanding.intent != sentence.intent:
                sys.stdout.write(f"{sentence.intent} -> {understanding.intent} ({lead:.2f}): {sentence.text}\n")
        return 0
    prepared |= {"digest": digest(folder)}
    prepared["calibration"] = calibrate([(lead, seen.intent == line.intent) for line, seen, lead in held_out])
    text = json.dumps(prepared, ensure_ascii=False, separators=(",", ":"))
    (folder / PREPARED).write_text(text.replace('],"', '],\n"'), encoding="utf-8")
    sys.stdout.write(f"{folder / PREPARED}: {len(prepared['weights'])} keys in {time.monotonic() - began:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
