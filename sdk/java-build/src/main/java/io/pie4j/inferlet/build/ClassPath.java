package io.pie4j.inferlet.build;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What programs are compiled from. Our own classes count one by one: a program's fingerprint covers
 * those that its class names, directly or through others, so that a change of one program leaves
 * the others' fingerprints alone. Libraries count as a whole.
 */
final class ClassPath {
  /** Directories and archives that have this folder are ours. */
  private static final String OURS = "io/pie4j";

  private static final String PLUGINS = "META-INF/services/org.teavm.vm.spi.TeaVMPlugin";

  private final List<Path> entries;
  private final Map<String, byte[]> classes = new HashMap<>();
  private final Map<String, Set<String>> references = new ConcurrentHashMap<>();
  private final Map<String, String> libraries = new TreeMap<>();

  /** Our classes that change how TeaVM compiles any program. */
  private final Set<String> plugins = new TreeSet<>();

  private ClassPath(List<Path> entries) {
    this.entries = entries;
  }

  static ClassPath read(List<Path> entries) throws IOException {
    ClassPath path = new ClassPath(entries);
    for (Path entry : entries) {
      if (Files.isDirectory(entry)) {
        path.add(entry, entry);
      } else if (Files.isRegularFile(entry)) {
        try (FileSystem archive = FileSystems.newFileSystem(entry)) {
          path.add(entry, archive.getPath("/"));
        }
      }
    }
    return path;
  }

  List<Path> entries() {
    return entries;
  }

  boolean has(String className) {
    return classes.containsKey(className.replace('.', '/'));
  }

  private void add(Path entry, Path root) throws IOException {
    if (Files.isRegularFile(entry) && !Files.isDirectory(root.resolve(OURS))) {
      libraries.put(
          entry.getFileName().toString(), hex(sha256().digest(Files.readAllBytes(entry))));
      return;
    }
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace('\\', '/');
        classes.putIfAbsent(
            name.substring(0, name.length() - ".class".length()), Files.readAllBytes(file));
      }
    }
    Path listed = root.resolve(PLUGINS);
    if (Files.exists(listed)) {
      Files.readAllLines(listed).forEach(line -> plugins.add(line.strip().replace('.', '/')));
    }
  }

  /** Changes when anything that may end up in the module changes. */
  String fingerprint(String mainClass, String options) {
    MessageDigest digest = sha256();
    digest.update(options.getBytes(StandardCharsets.UTF_8));
    libraries.forEach(
        (name, hash) -> digest.update((name + hash).getBytes(StandardCharsets.UTF_8)));
    for (String name : reachable(mainClass)) {
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update(sha256().digest(classes.get(name)));
    }
    return hex(digest.digest());
  }

  private Set<String> reachable(String mainClass) {
    Set<String> reached = new TreeSet<>();
    Deque<String> left = new ArrayDeque<>(plugins);
    left.add(mainClass.replace('.', '/'));
    while (!left.isEmpty()) {
      String name = left.remove();
      if (classes.containsKey(name) && reached.add(name)) {
        left.addAll(references.computeIfAbsent(name, this::references));
      }
    }
    return reached;
  }

  /** Every class that a class file could mean: constants of classes, and those in descriptors. */
  private Set<String> references(String name) {
    Set<String> found = new TreeSet<>();
    for (PoolEntry entry : ClassFile.of().parse(classes.get(name)).constantPool()) {
      switch (entry) {
        case ClassEntry type -> found.add(type.asInternalName());
        case Utf8Entry text -> addDescriptor(text.stringValue(), found);
        default -> {}
      }
    }
    return found;
  }

  private static void addDescriptor(String text, Set<String> found) {
    int end = text.indexOf(';');
    for (int from = 0; end >= 0; from = end + 1, end = text.indexOf(';', from)) {
      int start = text.indexOf('L', from);
      if (start >= 0 && start < end) {
        found.add(text.substring(start + 1, end));
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new AssertionError(everyJdkHasIt);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
