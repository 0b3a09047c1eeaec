"""What people and machines ask by HTTP: thin routers, schemas, problem responses."""
