"""CloudFormation: stacks in stacks, change sets, and who makes the resources of a stack."""
