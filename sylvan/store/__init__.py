"""Tables, queries and the event log. Storage never commits; services begin and end transactions."""
