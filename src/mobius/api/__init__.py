"""What every route is made of: the operation decorator, calls, errors, pages, streams."""
