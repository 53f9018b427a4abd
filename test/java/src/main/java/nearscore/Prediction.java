package nearscore;

/** On the class path under this very name, it is all that a Java client needs to read predictions. */
public record Prediction(
    float score,
    String label,
    float[] scores,
    String model,
    int version,
    long epoch,
    long sourceSequence,
    long fingerprint,
    long scoredAt) {}
