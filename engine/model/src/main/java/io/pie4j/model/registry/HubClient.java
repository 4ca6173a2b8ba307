package io.pie4j.model.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fetches models from a hub that has the routes of huggingface.co: {@code
 * /api/models/ID/revision/REVISION} lists a repository, {@code /ID/resolve/REVISION/FILE} gives a
 * file or says where it is. Only the files that make a model are fetched.
 */
public final class HubClient implements AutoCloseable {
  private static final int LISTING_BYTES_MAX = 32 << 20;
  private static final long TEXT_BYTES_MAX = 64 << 20;

  private final HubSettings settings;
  private final HubHttp http;

  /** A client of the hub that the settings name; it speaks to nobody yet. */
  public HubClient(HubSettings settings) {
    this.settings = settings;
    this.http = new HubHttp(settings);
  }

  /**
   * A model whose files have come.
   *
   * @param model its GGUF file or directory
   * @param origin what exactly it is, down to the commit
   */
  record Fetched(Path model, String origin) {}

  /** Fetches what is not there yet of a model. */
  Fetched fetch(HubSource source, Staging staging, TransferProgress progress) {
    HubListing listing = list(source);
    staging.begin(listing.revision());
    if (listing.commit().isEmpty()) {
      // A branch may move between two pulls: what is there may be of another version.
      staging.clear();
      staging.begin(listing.revision());
    }
    Folder folder = new Folder(listing, staging.files(), progress);
    Optional<HubFile> gguf = listing.gguf();
    Path model = gguf.isPresent() ? folder.gguf(gguf.get()) : folder.directory();
    String origin = source.id() + "@" + listing.revision();
    return new Fetched(model, gguf.map(f -> origin + ":" + f.name()).orElse(origin));
  }

  @Override
  public void close() {
    http.close();
  }

  private HubListing list(HubSource source) {
    URI uri =
        uri(
            "/api/models/"
                + source.id()
                + "/revision/"
                + encoded(source.revision())
                + "?blobs=true");
    byte[] json =
        new Retry(settings.attemptsMax(), settings.backoff())
            .run(
                source.toString(),
                () -> 0,
                () -> {
                  try (HubHttp.Answer answer = http.get(uri, 0, source.toString())) {
                    return all(answer, source);
                  }
                });
    return HubListing.parse(source, json, settings.filesMax());
  }

  private byte[] all(HubHttp.Answer answer, HubSource source) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 14];
    try (StallGuard in = StallGuard.watch(answer.body(), settings.stall())) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        all.write(chunk, 0, read);
        if (all.size() > LISTING_BYTES_MAX) {
          throw new RegistryException.Hub(
              "%s: the hub's listing has more than %d bytes".formatted(source, LISTING_BYTES_MAX));
        }
      }
    }
    return all.toByteArray();
  }

  private URI uri(String path) {
    String base = settings.endpoint().toString().replaceFirst("/+$", "");
    return URI.create(base + path);
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String encodedPath(String path) {
    return Arrays.stream(path.split("/")).map(HubClient::encoded).collect(Collectors.joining("/"));
  }

  /** A repository's files on their way into one folder, and what is left of the pull's bounds. */
  private final class Folder {
    private final HubListing listing;
    private final Path folder;
    private final TransferProgress progress;
    private long bytesLeft = settings.bytesMax();

    Folder(HubListing listing, Path folder, TransferProgress progress) {
      this.listing = listing;
      this.folder = folder;
      this.progress = progress;
    }

    Path gguf(HubFile file) {
      requireRoom(List.of(file));
      get(file, bytesLeft);
      return folder.resolve(HubFile.lastSegment(file.name()));
    }

    Path directory() {
      List<HubFile> texts = listing.texts();
      for (HubFile text : texts) {
        get(text, Math.min(bytesLeft, TEXT_BYTES_MAX));
      }
      List<HubFile> weights = new ArrayList<>();
      if (listing.find(ModelFiles.INDEX).isPresent()) {
        get(listing.get(ModelFiles.INDEX), Math.min(bytesLeft, TEXT_BYTES_MAX));
        Set<String> shards = ModelFiles.shards(folder.resolve(ModelFiles.INDEX));
        weights.addAll(listing.weights(shards));
      } else {
        weights.add(listing.get(ModelFiles.WEIGHTS));
      }
      requireRoom(weights);
      weights.forEach(file -> get(file, bytesLeft));
      return folder;
    }

    private void get(HubFile file, long bytesMax) {
      String revision = encoded(listing.revision());
      String route = "/" + listing.source().id() + "/resolve/" + revision + "/";
      URI uri = uri(route + encodedPath(file.name()));
      String what = listing.source().id() + "/" + file.name();
      Path target = folder.resolve(HubFile.lastSegment(file.name()));
      bytesLeft -= new Download(http, uri, file, what, target, bytesMax, progress).run();
    }

    /** Before hours of work, not after. */
    private void requireRoom(List<HubFile> files) {
      long bytes = 0;
      for (HubFile file : files) {
        long size = file.bytes().orElse(0);
        bytes = size > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : bytes + size;
      }
      if (bytes > bytesLeft) {
        throw new RegistryException.Hub(
            "%s: has %d bytes, the limit is %d".formatted(listing.source(), bytes, bytesLeft));
      }
      long free = usableBytes();
      long needed = bytes - Math.min(bytes, bytesHere());
      if (needed > free) {
        throw new RegistryException.Storage(
            folder, "%d more bytes are needed, %d are free".formatted(needed, free));
      }
    }

    private long usableBytes() {
      try {
        return Files.getFileStore(folder).getUsableSpace();
      } catch (IOException e) {
        throw new RegistryException.Storage(folder, "cannot be used", e);
      }
    }

    private long bytesHere() {
      try (var files = Files.list(folder)) {
        return files.mapToLong(file -> file.toFile().length()).sum();
      } catch (IOException e) {
        throw new RegistryException.Storage(folder, "cannot be read", e);
      }
    }
  }
}
