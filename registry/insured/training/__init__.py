"""Learning the weights of the probabilistic stage and measuring its errors (registry model, clause 9.4)."""
