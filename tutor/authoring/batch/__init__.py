"""The judging of many answers, for `nntutor grade --jsonl`.

`answer_lines` reads them, `judging` judges them beside each other, `verdict_file` holds what comes
of that, and `resuming` goes on with it; `digests` and `known_verdicts` say what need not be judged
again. `command` is all of that together; `changed` compares two files of verdicts.
"""
