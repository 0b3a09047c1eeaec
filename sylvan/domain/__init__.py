"""The field's own knowledge, pure: values in, values out; no SQL, files, clock or settings."""
