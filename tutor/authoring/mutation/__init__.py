"""The mutation pass of the linter: each solution, changed a little, must be judged as it deserves.

`mutants` makes the changed programs and runs nothing; `asked` and `inputs` say by which values and
under which givens one is as good as the solution; `trial` runs and judges it, `rules` tells what is
wrong with the step. The rest is about doing that for many: `kept_trials`, `mutation_pass`.
"""
