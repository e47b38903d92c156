//! What every Lambda function starts with: configuration, logs, error names.
