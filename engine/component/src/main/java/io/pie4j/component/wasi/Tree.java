package io.pie4j.component.wasi;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A granted directory as one program uses it: ways within it, and what it takes.
 *
 * <p>A path is walked one name at a time, from the directory that it is relative to, and never
 * leaves that directory: {@code ..} beyond it, an absolute path and a link that leads out are not
 * permitted. The program itself can make no link with {@code ..} or an absolute target, so that a
 * link put in place of a directory just walked through, by another program with the same grant,
 * leads nowhere either.
 */
final class Tree {
  private static final int LINKS_MAX = 40;
  private static final int PATH_CHARACTERS_MAX = 4_096;

  private final Directory grant;
  private final Path root;
  private final List<FileDescriptor> open = new ArrayList<>();
  private long bytes;

  Tree(Directory grant) throws IOException {
    this.grant = grant;
    this.root = grant.host().toRealPath();
    if (!grant.isReadOnly()) {
      bytes = measured(root);
    }
  }

  Path root() {
    return root;
  }

  Directory grant() {
    return grant;
  }

  boolean isReadOnly() {
    return grant.isReadOnly();
  }

  // ---- what it takes

  void take(long more) throws FileProblem {
    if (more > grant.bytesMax() - bytes) {
      throw FileError.QUOTA.problem();
    }
    bytes += more;
  }

  void giveBack(long less) {
    bytes -= less;
  }

  void opened(FileDescriptor file) {
    open.add(file);
  }

  void closed(FileDescriptor file) {
    open.remove(file);
  }

  /** A file is about to lose its name: what it holds is free once nobody has it open. */
  void loses(Path file) throws IOException {
    BasicFileAttributes attributes = attributes(file);
    giveBack(Directory.ENTRY_BYTES);
    if (!attributes.isRegularFile() || links(file) > 1) {
      return;
    }
    for (FileDescriptor descriptor : open) {
      if (attributes.fileKey() != null && attributes.fileKey().equals(descriptor.key())) {
        descriptor.nameless();
        return;
      }
    }
    giveBack(attributes.size());
  }

  static long links(Path file) throws IOException {
    try {
      return ((Number) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS))
          .longValue();
    } catch (UnsupportedOperationException notUnix) {
      return 1;
    }
  }

  private static long measured(Path root) throws IOException {
    long[] sum = {0};
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += Directory.ENTRY_BYTES + attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
            sum[0] += entered.equals(root) ? 0 : Directory.ENTRY_BYTES;
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  void removeAll() throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failure)
              throws IOException {
            Files.delete(left);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  // ---- ways

  /**
   * Where a program's path leads, from a directory of this tree. The last name may be missing; if
   * it is a link, it is followed only if so asked.
   */
  Path resolve(Path from, String path, boolean follow) throws IOException {
    check(path);
    Deque<String> names = new ArrayDeque<>(Arrays.asList(path.split("/", -1)));
    boolean wantsDirectory = path.endsWith("/");
    Path at = from;
    int depth = 0;
    int links = 0;
    while (!names.isEmpty()) {
      String name = names.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (--depth < 0) {
          throw FileError.NOT_PERMITTED.problem();
        }
        requireDirectory(at);
        at = parent(at);
        continue;
      }
      Path next = at.resolve(name);
      boolean isLast = names.stream().allMatch(String::isEmpty);
      if (Files.isSymbolicLink(next) && (!isLast || follow || wantsDirectory)) {
        if (++links > LINKS_MAX) {
          throw FileError.LOOP.problem();
        }
        String target = Files.readSymbolicLink(next).toString();
        check(target);
        String[] parts = target.split("/", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
          names.addFirst(parts[i]);
        }
        continue;
      }
      if (!isLast || (wantsDirectory && Files.exists(next, LinkOption.NOFOLLOW_LINKS))) {
        requireDirectory(next);
      }
      at = next;
      depth++;
    }
    return at;
  }

  private static void check(String path) throws FileProblem {
    if (path.isEmpty()) {
      throw FileError.NO_ENTRY.problem();
    }
    if (path.startsWith("/") || path.indexOf('\\') >= 0 || path.indexOf(':') == 1) {
      throw FileError.NOT_PERMITTED.problem();
    }
    if (path.length() > PATH_CHARACTERS_MAX) {
      throw FileError.NAME_TOO_LONG.problem();
    }
    if (path.indexOf('\0') >= 0) {
      throw FileError.INVALID.problem();
    }
  }

  /** A target that a program may give a link: below the link itself. */
  static void checkLink(String target) throws FileProblem {
    check(target);
    if (Arrays.asList(target.split("/", -1)).contains("..")) {
      throw FileError.NOT_PERMITTED.problem();
    }
  }

  private static Path parent(Path path) throws FileProblem {
    Path parent = path.getParent();
    if (parent == null) {
      throw FileError.NOT_PERMITTED.problem();
    }
    return parent;
  }

  private static void requireDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          ? FileError.NOT_DIRECTORY.problem()
          : new NoSuchFileException(path.toString());
    }
  }
}
