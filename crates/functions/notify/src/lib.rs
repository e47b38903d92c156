//! Tells the requester, and reports the submission.
