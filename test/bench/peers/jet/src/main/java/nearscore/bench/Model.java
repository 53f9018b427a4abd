package nearscore.bench;

import java.io.Serializable;

/** Where the ONNX file lies and what of it is the score. */
record Model(String path, String input, String output, int column, int features) implements Serializable {
  static Model fromProperties() {
    return new Model(
        System.getProperty("bench.model.path"),
        System.getProperty("bench.model.input"),
        System.getProperty("bench.model.output"),
        Integer.getInteger("bench.model.column"),
        Integer.getInteger("bench.model.features"));
  }
}
