//! GitHub: webhook signatures, the request file at a commit, commit statuses.
