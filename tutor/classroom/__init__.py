"""A class: what learners hand in, and what a teacher makes of it. Files and pure tables, no app."""
