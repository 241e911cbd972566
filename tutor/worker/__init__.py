"""RUNS programs: zygote, warden, learner process. Started by name, never imported by the app.

`python -m tutor.worker` starts it. The only room that imports torch and numpy.
"""
