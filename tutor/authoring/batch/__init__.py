"""The judging of many answers, for `nntutor grade --jsonl`.

`answer_lines` reads them, `judging` judges them beside each other, `verdict_file` holds what comes
of that, and `resuming` goes on with it; `digests` and `known_verdicts` say what need not be judged
again. `chunks` has answers judged elsewhere, and `on_dask` on a cluster, which `cluster_place`
names. `command` is all of that together; `changed` compares two files of verdicts.
"""
