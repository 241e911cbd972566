"""The linter's mutation pass: each solution, changed a little, must get the verdict it deserves.

`mutants` makes the changed programs and runs nothing; `asked` and `inputs` define the values and
givens by which one is as good as the solution; `trial` runs and judges it, `rules` finds the
problems of the step. `kept_trials` and `mutation_pass` do that for many steps.
"""
