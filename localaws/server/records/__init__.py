"""What an instance writes down about itself: calls, states, and where marked texts were seen."""
