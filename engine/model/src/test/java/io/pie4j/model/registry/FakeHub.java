package io.pie4j.model.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A hub with one repository, {@code tiny/model}: a server with the hub's routes, and a second one,
 * the store, to which it redirects for large files.
 */
final class FakeHub implements AutoCloseable {
  static final String ID = "tiny/model";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** What a server was asked. */
  record Request(String server, String path, Optional<String> range, Optional<String> token) {}

  final Map<String, byte[]> files = new TreeMap<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Names that are listed and are not there. */
  final List<String> listedOnly = new CopyOnWriteArrayList<>();

  /** The next answers with content of a file break off after so many bytes. */
  final Map<String, List<Integer>> cuts = new HashMap<>();

  /** Digests that the hub says, where they are not the files'. */
  final Map<String, String> digests = new HashMap<>();

  /** Sizes that the hub says, where they are not the files'. */
  final Map<String, Long> sizes = new HashMap<>();

  /** Statuses that come before anything else, by server and path. */
  final Map<String, List<Integer>> statuses = new HashMap<>();

  /** What goes with statuses. */
  String errorCode = "";

  /** Only this token is let in, if there is one. */
  Optional<String> token = Optional.empty();

  /** Where large files are said to be, if not at the store. */
  Optional<String> redirect = Optional.empty();

  boolean saysSizes = true;
  boolean saysCommit = true;
  boolean knowsRanges = true;

  /** Content of these waits until the hub closes. */
  final List<String> hangs = new CopyOnWriteArrayList<>();

  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer hub;
  private final HttpServer store;

  FakeHub() throws IOException {
    hub = server(this::hub);
    store = server(this::store);
  }

  /** With the files of a folder; safetensors and GGUF files count as large. */
  FakeHub with(Path folder) throws IOException {
    try (var paths = Files.list(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(path.getFileName().toString(), Files.readAllBytes(path));
      }
    }
    return this;
  }

  HubSettings settings() {
    return HubSettings.defaults()
        .withEndpoint("http://127.0.0.1:" + hub.getAddress().getPort())
        .withPatience(3, Duration.ofMillis(1), Duration.ofSeconds(20));
  }

  List<Request> requestsOf(String file) {
    return requests.stream().filter(r -> r.path().endsWith("/" + file)).toList();
  }

  @Override
  public void close() {
    closing.countDown();
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }

  private interface Handler {
    void handle(HttpExchange exchange, String path) throws IOException;
  }

  private HttpServer server(Handler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            handler.handle(exchange, exchange.getRequestURI().getPath());
          }
        });
    server.start();
    return server;
  }

  private void hub(HttpExchange exchange, String path) throws IOException {
    record(exchange, "hub", path);
    if (status(exchange, path)) {
      return;
    }
    if (token.isPresent() && !bearer(exchange).equals(token)) {
      exchange.sendResponseHeaders(401, -1);
      return;
    }
    String listing = "/api/models/" + ID + "/revision/";
    String resolve = "/" + ID + "/resolve/" + (saysCommit ? COMMIT : "main") + "/";
    if (path.startsWith(listing)) {
      send(exchange, "listing", listing());
    } else if (path.startsWith(resolve) && files.containsKey(path.substring(resolve.length()))) {
      resolve(exchange, path.substring(resolve.length()));
    } else {
      exchange
          .getResponseHeaders()
          .add("X-Error-Code", path.contains("/resolve/") ? "EntryNotFound" : "RepoNotFound");
      exchange.sendResponseHeaders(404, -1);
    }
  }

  private void store(HttpExchange exchange, String path) throws IOException {
    record(exchange, "store", path);
    if (!status(exchange, path)) {
      String file = path.substring(1);
      send(exchange, file, content(file));
    }
  }

  private void resolve(HttpExchange exchange, String file) throws IOException {
    if (!large(file)) {
      exchange.getResponseHeaders().add("ETag", "\"0123456789012345678901234567890123456789\"");
      send(exchange, file, content(file));
      return;
    }
    exchange.getResponseHeaders().add("X-Linked-ETag", '"' + digest(file) + '"');
    exchange.getResponseHeaders().add("X-Linked-Size", String.valueOf(size(file)));
    exchange
        .getResponseHeaders()
        .add(
            "Location",
            redirect.orElse(
                "http://127.0.0.1:"
                    + store.getAddress().getPort()
                    + "/"
                    + file.replace(" ", "%20")));
    exchange.sendResponseHeaders(302, -1);
  }

  private void send(HttpExchange exchange, String file, byte[] content) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && knowsRanges) {
      from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
      if (from >= content.length) {
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    List<Integer> cut = cuts.getOrDefault(file, List.of());
    int to = cut.isEmpty() ? content.length : from + cut.removeFirst();
    OutputStream out = exchange.getResponseBody();
    out.write(content, from, to - from);
    out.flush();
    if (hangs.contains(file)) {
      await();
    }
    // An exchange that ends before its content does ends the connection.
  }

  private void await() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] listing() {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    if (saysCommit) {
      root.put("sha", COMMIT);
    }
    ArrayNode siblings = root.putArray("siblings");
    for (String file : files.keySet()) {
      ObjectNode sibling = siblings.addObject().put("rfilename", file);
      if (saysSizes) {
        sibling.put("size", size(file));
        if (large(file)) {
          sibling.putObject("lfs").put("sha256", digest(file)).put("size", size(file));
        }
      }
    }
    listedOnly.forEach(file -> siblings.addObject().put("rfilename", file));
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private boolean status(HttpExchange exchange, String path) throws IOException {
    List<Integer> waiting = statuses.getOrDefault(path, List.of());
    if (waiting.isEmpty()) {
      return false;
    }
    if (!errorCode.isEmpty()) {
      exchange.getResponseHeaders().add("X-Error-Code", errorCode);
    }
    exchange.sendResponseHeaders(waiting.removeFirst(), -1);
    return true;
  }

  private void record(HttpExchange exchange, String server, String path) {
    Optional<String> range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
    requests.add(new Request(server, path, range, bearer(exchange)));
  }

  private static Optional<String> bearer(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
        .map(value -> value.replaceFirst("^Bearer ", ""));
  }

  private static boolean large(String file) {
    return file.endsWith(".safetensors") || file.endsWith(".gguf");
  }

  byte[] content(String file) {
    return Objects.requireNonNull(files.get(file), file);
  }

  private long size(String file) {
    return sizes.getOrDefault(file, (long) content(file).length);
  }

  String digest(String file) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content(file));
      return digests.getOrDefault(file, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
