package io.pie4j.model.registry;

import io.pie4j.model.LanguageModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The models of this machine by name. A linked model stays where it is; a copied or pulled one lies
 * in the registry's folder. Any number of threads and processes may use the same folder.
 *
 * <p>In the folder: {@code NAME.json} for each model, {@code files/NAME/} with what it owns, and
 * {@code partial/} with what is not whole yet. A model is there from the moment its JSON file is.
 */
public final class ModelRegistry {
  private static final String ENTRY = ".json";
  private static final String OWNED = "files";
  private static final int COPY_CHUNK_BYTES = 1 << 20;

  private final Path folder;

  /** The registry in {@code folder}, which need not exist. */
  public ModelRegistry(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Registers a GGUF file or Hugging Face directory and leaves it where it is.
   *
   * @throws io.pie4j.model.ModelFileException if the model cannot be opened
   * @throws RegistryException if the name is taken or of wrong form
   */
  public RegisteredModel link(String name, Path fileOrDirectory) {
    requireFree(name);
    Path path = fileOrDirectory.toAbsolutePath().normalize();
    RegisteredModel model = describe(name, path, false, path.toString());
    commit(model, () -> {});
    return model;
  }

  /**
   * Copies the files of a model into the registry and registers the copy.
   *
   * @throws io.pie4j.model.ModelFileException if the model cannot be opened
   * @throws RegistryException if the name is taken or of wrong form
   */
  public RegisteredModel copy(String name, Path fileOrDirectory, TransferProgress progress) {
    requireFree(name);
    Path path = fileOrDirectory.toAbsolutePath().normalize();
    describe(name, path, false, path.toString()); // before gigabytes are copied
    try (Staging staging = Staging.open(partial(), "copy-" + name)) {
      staging.clear();
      staging.begin(path.toString());
      for (ModelFiles.Sized file : ModelFiles.of(path)) {
        copy(file, staging.files().resolve(fileName(file.path())), progress);
      }
      Path copied =
          Files.isDirectory(path) ? staging.files() : staging.files().resolve(fileName(path));
      return adopt(name, staging, copied, path.toString());
    }
  }

  /**
   * Downloads a model from a hub into the registry and registers it. A pull that was cut off goes
   * on where it was.
   *
   * @throws io.pie4j.model.ModelFileException if what came is no model that this engine opens
   * @throws RegistryException if the name is taken, or the hub does not give the model
   */
  public RegisteredModel pull(
      String name, HubSource source, HubClient hub, TransferProgress progress) {
    requireFree(name);
    try (Staging staging = Staging.open(partial(), "pull-" + source.key())) {
      HubClient.Fetched fetched = hub.fetch(source, staging, progress);
      return adopt(name, staging, fetched.model(), fetched.origin());
    }
  }

  /** Names of all models, in order; one whose entry is damaged is among them. */
  public List<String> names() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(ModelRegistry::fileName)
          .filter(file -> file.endsWith(ENTRY))
          .map(file -> file.substring(0, file.length() - ENTRY.length()))
          .filter(ModelNames::valid)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new RegistryException.Storage(folder, "cannot be read", e);
    }
  }

  /**
   * All models in the order of their names.
   *
   * @throws RegistryException.Storage if an entry is damaged
   */
  public List<RegisteredModel> list() {
    return names().stream().map(this::find).flatMap(Optional::stream).toList();
  }

  /**
   * The model of that name; none if nothing can have such a name.
   *
   * @throws RegistryException.Storage if its entry is damaged
   */
  public Optional<RegisteredModel> find(String name) {
    if (!ModelNames.valid(name) || !Files.isRegularFile(entry(name))) {
      return Optional.empty();
    }
    return Optional.of(entryFile(name).read());
  }

  /**
   * Forgets a model, and deletes its files if they are the registry's own.
   *
   * @throws RegistryException.Unknown if there is none of that name
   */
  public void remove(String name) {
    if (!ModelNames.valid(name) || !Files.isRegularFile(entry(name))) {
      throw new RegistryException.Unknown(name);
    }
    try (ProcessLock _ = lock()) {
      Files.deleteIfExists(entry(name));
      Staging.deleteTree(owned(name));
    } catch (IOException e) {
      throw new RegistryException.Storage(entry(name), "cannot be deleted", e);
    }
  }

  /** A name for the model at a path, from the file's or directory's own. */
  public static String suggestName(Path fileOrDirectory) {
    String file = fileName(fileOrDirectory.toAbsolutePath().normalize());
    return ModelNames.require(ModelNames.nearest(file.replaceFirst("(?i)\\.gguf$", "")));
  }

  private RegisteredModel adopt(String name, Staging staging, Path staged, String source) {
    RegisteredModel model;
    try {
      model = describe(name, staged, true, source);
    } catch (RuntimeException unusable) {
      staging.clear();
      throw unusable;
    }
    RegisteredModel settled =
        model.at(owned(name).resolve(staging.files().relativize(staged)).normalize());
    commit(
        settled,
        () -> {
          // Files without an entry are what a removal or an addition left when it was cut off.
          Staging.deleteTree(owned(name));
          Staging.create(folder.resolve(OWNED));
          staging.moveTo(owned(name));
        });
    return settled;
  }

  private void commit(RegisteredModel model, Runnable moveFiles) {
    try (ProcessLock _ = lock()) {
      requireFree(model.name());
      moveFiles.run();
      entryFile(model.name()).write(model);
    }
  }

  private static RegisteredModel describe(String name, Path path, boolean owned, String source) {
    try (LanguageModel model = LanguageModel.open(path)) {
      ModelDescription found = ModelDescription.of(model);
      return new RegisteredModel(
          name,
          path,
          owned,
          source,
          found.family(),
          found.parameters(),
          found.quantization().name(),
          found.fileBytes(),
          Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }
  }

  private static void copy(ModelFiles.Sized file, Path target, TransferProgress progress) {
    String name = fileName(target);
    try (FileChannel from = FileChannel.open(file.path(), StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(COPY_CHUNK_BYTES);
      long bytes = 0;
      while (from.read(chunk) >= 0) {
        bytes += chunk.flip().remaining();
        while (chunk.hasRemaining()) {
          to.write(chunk);
        }
        chunk.clear();
        progress.at(name, bytes, OptionalLong.of(file.bytes()));
      }
      to.force(true);
    } catch (IOException e) {
      throw new RegistryException.Storage(file.path(), "cannot be copied to " + target, e);
    }
  }

  private void requireFree(String name) {
    if (Files.exists(entry(ModelNames.require(name)))) {
      throw new RegistryException.Refused(
          "there is a model '%s' already; remove it first or choose another name".formatted(name));
    }
  }

  private ProcessLock lock() {
    Staging.create(folder);
    return ProcessLock.acquire(folder.resolve(".lock"));
  }

  private EntryFile entryFile(String name) {
    return new EntryFile(folder, entry(name), name);
  }

  private Path entry(String name) {
    return folder.resolve(name + ENTRY);
  }

  private Path owned(String name) {
    return folder.resolve(OWNED).resolve(name);
  }

  private Path partial() {
    return folder.resolve("partial");
  }

  private static String fileName(Path path) {
    return path.getFileName() == null ? "" : path.getFileName().toString();
  }
}
