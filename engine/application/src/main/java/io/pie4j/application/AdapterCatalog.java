package io.pie4j.application;

import io.pie4j.control.ControlException;
import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.AdapterWeights.Projection;
import io.pie4j.model.LoraAdapter;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.ModelFileException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The adapters that the engine has for a model: folders under names, read when they are wanted. */
public final class AdapterCatalog {
  private static final Logger LOG = System.getLogger(AdapterCatalog.class.getName());
  private static final AdapterCatalog NONE =
      new AdapterCatalog(Optional.empty(), Map.of(), LoraAdapter.DEFAULT_BYTES_MAX);

  private final Optional<ModelConfig> config;
  private final TreeMap<String, Path> folders;
  private final long bytesMax;

  private AdapterCatalog(Optional<ModelConfig> config, Map<String, Path> folders, long bytesMax) {
    this.config = config;
    this.folders = new TreeMap<>(folders);
    this.bytesMax = bytesMax;
  }

  /** A model without adapters. */
  public static AdapterCatalog none() {
    return NONE;
  }

  /**
   * @param config of the model that all adapt
   * @param folders as PEFT saves them, by the names that programs use
   * @param bytesMax bytes that one adapter's values may take as singles
   * @throws ModelFileException if a folder is not that of an adapter that can be used
   */
  public static AdapterCatalog of(ModelConfig config, Map<String, Path> folders, long bytesMax) {
    folders.values().forEach(LoraAdapter::check);
    return new AdapterCatalog(Optional.of(config), folders, bytesMax);
  }

  /** Sorted. */
  List<String> names() {
    return List.copyOf(folders.keySet());
  }

  /**
   * Reads an adapter's files; to be called where that may take a while.
   *
   * @throws ControlException NOT_FOUND, UNSUPPORTED or OUT_OF_MEMORY; the whole story, with the
   *     files' place on this machine, is for the log
   */
  AdapterWeights read(String name) {
    Path folder = folder(name);
    try {
      return weights(name, LoraAdapter.read(folder, config.orElseThrow(), bytesMax));
    } catch (ModelFileException e) {
      LOG.log(Level.WARNING, "adapter {0}: {1}", name, e.getMessage());
      String problem = String.valueOf(e.getMessage()).replace(folder.toString(), name);
      throw new ControlException(Code.UNSUPPORTED, "load-adapter: " + problem);
    } catch (OutOfMemoryError e) {
      LOG.log(Level.WARNING, "adapter {0}: {1}", name, e.getMessage());
      throw new ControlException(
          Code.OUT_OF_MEMORY, "load-adapter: " + name + ": no memory to read it");
    }
  }

  /** Throws NOT_FOUND where there is no such name. */
  void require(String name) {
    folder(name);
  }

  private Path folder(String name) {
    Path folder = folders.get(name);
    if (folder == null) {
      throw new ControlException(
          Code.NOT_FOUND,
          "load-adapter: name: there is no adapter '%s'; available-adapters lists them"
              .formatted(name.length() <= 100 ? name : name.substring(0, 100) + "…"));
    }
    return folder;
  }

  private static AdapterWeights weights(String name, LoraAdapter adapter) {
    return new AdapterWeights(name, adapter.deltas().stream().map(AdapterCatalog::delta).toList());
  }

  private static AdapterWeights.Delta delta(LoraAdapter.Delta d) {
    Projection projection =
        switch (d.matrix()) {
          case Q -> Projection.QUERY;
          case K -> Projection.KEY;
          case V -> Projection.VALUE;
          case O -> Projection.OUTPUT;
          case GATE -> Projection.GATE;
          case UP -> Projection.UP;
          case DOWN -> Projection.DOWN;
        };
    return new AdapterWeights.Delta(
        d.layer(), projection, d.rank(), d.inputs(), d.outputs(), d.a(), d.b(), d.scale());
  }
}
