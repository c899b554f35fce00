"""``python -m tests.gate.corpus [NAME...]`` records previews and what the gate says; ``--expect`` judges anew."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.gate.corpus.expected import PREVIEWS, judged, keep, recorded, text_file
from tests.gate.corpus.recording import Recorder
from tests.gate.corpus.scenarios import SCENARIOS


def main() -> int:
    """Record what is named, or everything."""
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    chosen = [one for one in SCENARIOS if not names or one.name in names]
    PREVIEWS.mkdir(exist_ok=True)
    if "--expect" not in sys.argv:
        with tempfile.TemporaryDirectory(prefix="ffinfra-corpus-") as folder:
            recorder = Recorder(Path(folder) / "recorder")
            recorder.learn(chosen)
            for one in chosen:
                print(one.name, file=sys.stderr)
                keep(one, recorder.record(one))
    for one in chosen:
        text_file(one).write_text(judged(one, recorded(one)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
