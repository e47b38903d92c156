//! Types and pure decisions of Airlock, and the ports it talks through.
