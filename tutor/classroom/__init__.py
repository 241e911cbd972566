"""A class: learners' hand-ins, and the teacher's tables of them. Files and pure tables, no app."""
