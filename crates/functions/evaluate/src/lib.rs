//! Judges the findings and writes the decision.
