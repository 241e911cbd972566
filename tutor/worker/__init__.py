"""RUNS programs: zygote, warden and learner process.

The app starts it by name, as `python -P -m tutor.worker`, and never imports it. This is the only
room that imports torch and numpy, which takes more than a second: the app would start late.
"""
