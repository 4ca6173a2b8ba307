package io.pie4j.cli;

import io.pie4j.application.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files between a program and whoever runs it.
 *
 * @param toSend what the program receives, by the files' last names
 * @param folder where files that it sends go, if they are wanted
 */
record ClientFiles(List<Path> toSend, Optional<Path> folder) {

  ClientFiles {
    toSend = List.copyOf(toSend);
    folder.ifPresent(PieHome::create);
  }

  /** Makes sure of the files before anything runs; {@code bytesMax} each. */
  void check(int bytesMax) {
    for (Path file : toSend) {
      if (!Files.isRegularFile(file)) {
        throw new CommandException(
            "file " + file + (Files.isDirectory(file) ? " is a directory" : " does not exist"));
      }
      try {
        if (Files.size(file) > bytesMax) {
          throw new CommandException(
              "file %s has %d bytes; the limit is %d (services.files.file-bytes-max)"
                  .formatted(file, Files.size(file), bytesMax));
        }
      } catch (IOException e) {
        throw new CommandException("file " + file + " cannot be read: " + e.getMessage());
      }
    }
  }

  void sendTo(Instance instance) {
    for (Path file : toSend) {
      try {
        instance.sendFile(file.getFileName().toString(), Files.readAllBytes(file));
      } catch (IOException e) {
        throw new CommandException("file " + file + " cannot be read: " + e.getMessage());
      }
    }
  }

  /** What became of a file that a program sent, in a line; its name has no folders. */
  String keep(String name, byte[] content) {
    String what = "file '" + name + "' of " + content.length + " bytes";
    if (folder.isEmpty()) {
      return what + " was not kept; --save-files FOLDER keeps files";
    }
    Path file = folder.get().resolve(name);
    try {
      Files.write(file, content);
      return what + " is " + file;
    } catch (IOException e) {
      return what + " is lost: " + e.getMessage();
    }
  }
}
