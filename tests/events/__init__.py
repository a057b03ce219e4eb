"""Events: calendar entries, actions, pages."""
