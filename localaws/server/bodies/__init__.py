"""Bodies of AWS's protocols in the form that JSON would have, so that one check (`shapes`) serves them all."""
