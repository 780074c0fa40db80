"""CloudFormation: stacks in stacks, and conditions in change sets."""
