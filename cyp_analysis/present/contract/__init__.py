"""The parts of a chapter that people own: who answers for it, their words, gaps and actions."""
