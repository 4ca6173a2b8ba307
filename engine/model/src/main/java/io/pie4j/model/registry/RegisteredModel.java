package io.pie4j.model.registry;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A model that the registry knows, as it was when it was added.
 *
 * @param name what it is called here
 * @param path its GGUF file or Hugging Face directory, absolute
 * @param owned true if its files are the registry's own, copied or downloaded, and go with it
 * @param source where it came from: a path, or {@code owner/name@commit[:file]} of a hub
 * @param family its architecture, in lower case
 * @param parameters number of values in its tensors
 * @param quantization the type that most bytes of its matrices have
 * @param fileBytes bytes of all its files
 * @param added when it was added
 */
public record RegisteredModel(
    String name,
    Path path,
    boolean owned,
    String source,
    String family,
    long parameters,
    String quantization,
    long fileBytes,
    Instant added) {

  /** Checks the name. */
  public RegisteredModel {
    ModelNames.require(name);
  }

  /** The same model at another place. */
  RegisteredModel at(Path newPath) {
    return new RegisteredModel(
        name, newPath, owned, source, family, parameters, quantization, fileBytes, added);
  }
}
