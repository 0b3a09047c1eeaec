"""Who is told what: rules in, letters out; nothing here sends anything."""
