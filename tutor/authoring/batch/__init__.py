"""The judging of many answers, for `nntutor grade --jsonl`.

`answer_lines` reads them, `judging` judges them concurrently, `verdict_file` stores the verdicts,
and `resuming` continues such a file; `digests` and `known_verdicts` find the answers that need no
new verdict. `chunks` has answers judged elsewhere, and `on_dask` on a cluster, which
`cluster_place` names. `command` combines all of these; `changed` compares two files of verdicts.
"""
