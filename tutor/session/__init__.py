"""The tutor without a screen: a frozen state, the events that change it, and the parts that act."""
