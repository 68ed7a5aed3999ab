"""What the tests share: databases, a browser, and a network that ends at this machine."""
