"""Plans: objectives, success measures, actions, risks, money, and the index of aspirations."""
