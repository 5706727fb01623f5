"""How is a cluster asked? HTTP and TLS, credentials, retries, bulk requests, and errors that say what mends them."""
