"""IAM: who may do what, in calls and in what AWS does in a role's name, and the record of it."""
