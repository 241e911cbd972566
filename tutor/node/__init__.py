"""The tutor on the machine where programs run, while its screen is on another one.

The `[worker] command` in the learner's config starts it, and it owns an ordinary client. It knows
nothing of courses: programs arrive on its standard input.
"""
