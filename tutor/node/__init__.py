"""The tutor on the machine where programs run, while its screen is on another one.

It is started by name, as `[worker] command` in the learner's config says, and owns an ordinary
client. It knows nothing of courses: programs come to it over its standard input.
"""
