package io.pie4j.component.wasi;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An open directory, and what may be done below it. */
final class DirectoryDescriptor implements Descriptor {
  /** Entries of a directory that a program is told. */
  private static final int ENTRIES_MAX = 100_000;

  /** Bits of {@code open-flags}. */
  static final int CREATE = 1;

  static final int DIRECTORY = 2;
  static final int EXCLUSIVE = 4;
  static final int TRUNCATE = 8;

  private final Tree tree;
  private final Path path;
  private final Object key;

  DirectoryDescriptor(Tree tree, Path path) throws IOException {
    this.tree = tree;
    this.path = path;
    this.key = Descriptor.key(path, Tree.attributes(path));
  }

  @Override
  public Tree tree() {
    return tree;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public int flags() {
    return tree.isReadOnly() ? READ : READ | MUTATE_DIRECTORY;
  }

  @Override
  public Object key() {
    return key;
  }

  record Entry(Stat.Kind kind, String name) {}

  List<Entry> entries() throws IOException {
    List<Entry> all = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
      for (Path entry : stream) {
        if (all.size() == ENTRIES_MAX) {
          throw FileError.OVERFLOW.problem();
        }
        all.add(new Entry(Stat.Kind.of(Tree.attributes(entry)), name(entry)));
      }
    } catch (java.nio.file.DirectoryIteratorException failure) {
      throw failure.getCause();
    }
    return all;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  Path at(String name, boolean follow) throws IOException {
    return tree.resolve(path, name, follow);
  }

  /** The last name itself, which must not be this directory. */
  private Path changed(String name) throws IOException {
    requireWritable();
    Path found = at(name, false);
    if (found.equals(path)) {
      throw FileError.INVALID.problem();
    }
    return found;
  }

  Descriptor open(String name, boolean follow, int how, int wanted) throws IOException {
    Path found = at(name, follow);
    boolean writes = (wanted & (WRITE | MUTATE_DIRECTORY)) != 0;
    boolean changes = (wanted & WRITE) != 0 || (how & (CREATE | TRUNCATE)) != 0;
    boolean exists = Files.exists(found, LinkOption.NOFOLLOW_LINKS);
    if (tree.isReadOnly() && (writes || changes)) {
      throw (exists ? FileError.NOT_PERMITTED : FileError.READ_ONLY).problem();
    }
    if (Files.isSymbolicLink(found)) {
      throw FileError.LOOP.problem();
    }
    if ((how & EXCLUSIVE) != 0 && (how & CREATE) != 0 && exists) {
      throw FileError.EXIST.problem();
    }
    if (Files.isDirectory(found, LinkOption.NOFOLLOW_LINKS)) {
      if (changes) {
        throw FileError.IS_DIRECTORY.problem();
      }
      return new DirectoryDescriptor(tree, found);
    }
    if ((how & DIRECTORY) != 0 || name.endsWith("/")) {
      throw (exists ? FileError.NOT_DIRECTORY : FileError.NO_ENTRY).problem();
    }
    if (exists && !Files.isRegularFile(found, LinkOption.NOFOLLOW_LINKS)) {
      // A pipe or device of the host's would keep the program waiting, out of reach.
      throw FileError.NOT_PERMITTED.problem();
    }
    return file(found, exists, how, wanted);
  }

  private Descriptor file(Path found, boolean exists, int how, int wanted) throws IOException {
    boolean creates = !exists && (how & CREATE) != 0;
    boolean writes = (wanted & WRITE) != 0;
    boolean truncates = exists && (how & TRUNCATE) != 0;
    Set<OpenOption> options = new HashSet<>();
    options.add(LinkOption.NOFOLLOW_LINKS);
    options.add(StandardOpenOption.READ);
    if (writes || truncates || creates) {
      options.add(StandardOpenOption.WRITE);
    }
    if (creates) {
      options.add(StandardOpenOption.CREATE_NEW);
      tree.take(Directory.ENTRY_BYTES);
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(found, options);
    } catch (IOException failure) {
      if (creates) {
        tree.giveBack(Directory.ENTRY_BYTES);
      }
      throw failure;
    }
    if (truncates) {
      tree.giveBack(channel.size());
      channel.truncate(0);
    }
    int flags = wanted & (READ | WRITE);
    return new FileDescriptor(tree, found, channel, flags == 0 ? READ : flags);
  }

  void createDirectory(String name) throws IOException {
    requireWritable();
    Path made = at(name, false);
    if (Files.exists(made, LinkOption.NOFOLLOW_LINKS)) {
      throw FileError.EXIST.problem();
    }
    tree.take(Directory.ENTRY_BYTES);
    Files.createDirectory(made);
  }

  void removeDirectory(String name) throws IOException {
    Path removed = changed(name);
    if (!Tree.attributes(removed).isDirectory()) {
      throw FileError.NOT_DIRECTORY.problem();
    }
    Files.delete(removed);
    tree.giveBack(Directory.ENTRY_BYTES);
  }

  void unlink(String name) throws IOException {
    Path removed = changed(name);
    if (Tree.attributes(removed).isDirectory()) {
      throw FileError.IS_DIRECTORY.problem();
    }
    if (name.endsWith("/")) {
      throw FileError.NOT_DIRECTORY.problem();
    }
    tree.loses(removed);
    Files.delete(removed);
  }

  void rename(String name, DirectoryDescriptor into, String newName) throws IOException {
    requireSameTree(into);
    Path from = changed(name);
    Path to = into.changed(newName);
    boolean isDirectory = Tree.attributes(from).isDirectory();
    if (isDirectory && to.startsWith(from) && !to.equals(from)) {
      throw FileError.INVALID.problem();
    }
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS) && !Files.isSameFile(from, to)) {
      boolean intoDirectory = Tree.attributes(to).isDirectory();
      if (isDirectory != intoDirectory) {
        throw (intoDirectory ? FileError.IS_DIRECTORY : FileError.NOT_DIRECTORY).problem();
      }
      if (intoDirectory) {
        into.removeDirectory(newName);
      } else {
        tree.loses(to);
      }
    }
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  void link(String name, boolean follow, DirectoryDescriptor into, String newName)
      throws IOException {
    requireSameTree(into);
    requireWritable();
    Path from = at(name, follow);
    Path to = into.changed(newName);
    if (Tree.attributes(from).isDirectory()) {
      throw FileError.NOT_PERMITTED.problem();
    }
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      throw FileError.EXIST.problem();
    }
    tree.take(Directory.ENTRY_BYTES);
    Files.createLink(to, from);
  }

  void symlink(String target, String name) throws IOException {
    Path made = changed(name);
    Tree.checkLink(target);
    if (Files.exists(made, LinkOption.NOFOLLOW_LINKS)) {
      throw FileError.EXIST.problem();
    }
    tree.take(Directory.ENTRY_BYTES + target.length());
    Files.createSymbolicLink(made, Path.of(target));
  }

  String readLink(String name) throws IOException {
    Path found = at(name, false);
    if (!Tree.attributes(found).isSymbolicLink()) {
      throw FileError.INVALID.problem();
    }
    Path target = Files.readSymbolicLink(found);
    if (target.isAbsolute()) {
      throw FileError.NOT_PERMITTED.problem();
    }
    return target.toString();
  }

  private void requireSameTree(DirectoryDescriptor other) throws FileProblem {
    if (other.tree != tree) {
      throw FileError.CROSS_DEVICE.problem();
    }
  }

  @Override
  public void close() {}
}
