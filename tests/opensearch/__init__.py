"""OpenSearch as the tests need it: real nodes, started and killed."""
