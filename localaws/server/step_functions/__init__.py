"""Step Functions: what MiniStack's executions lack or do otherwise than AWS's."""
