package nearscore.bench;

/** A record with named fields, as the array that the model takes. */
record Features(float[] values) {}
