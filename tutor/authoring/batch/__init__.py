"""The judging of many answers, for `nntutor grade --jsonl`.

`answer_lines` reads them, `judging` judges them concurrently, `verdict_file` stores the verdicts,
and `resuming` continues such a file; `digests` and `known_verdicts` find the answers that need no
new verdict. `elsewhere` has answers judged by others, and `on_dask` by a cluster, which
`cluster_place` names. `command` combines all of these; `changed` compares two files of verdicts.
"""
