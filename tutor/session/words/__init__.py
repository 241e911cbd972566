"""The words that the tutor says to the learner, as plain text. Front ends style them."""
