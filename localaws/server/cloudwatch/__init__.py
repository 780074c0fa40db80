"""CloudWatch counts what logs tell it, and looks at alarms by their own metrics, periods and missing data."""
