"""Every configuration of a distribution as a version: what it says, how it differs, how it is put back."""
