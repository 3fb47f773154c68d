"""What goes to the central segment and comes from it: notices, questions, answers."""
