//! From what a person types to a question that the index understands.
