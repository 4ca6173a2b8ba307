package io.pie4j.component.wasi;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** What a program did with files failed. */
final class FileProblem extends IOException {
  private static final long serialVersionUID = 1;

  private final FileError error;

  FileProblem(FileError error) {
    super(error.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    this.error = error;
  }

  FileError error() {
    return error;
  }

  static FileError of(IOException failure) {
    return switch (failure) {
      case FileProblem problem -> problem.error;
      case NoSuchFileException _ -> FileError.NO_ENTRY;
      case FileAlreadyExistsException _ -> FileError.EXIST;
      case DirectoryNotEmptyException _ -> FileError.NOT_EMPTY;
      case NotDirectoryException _ -> FileError.NOT_DIRECTORY;
      case AccessDeniedException _ -> FileError.ACCESS;
      case FileSystemLoopException _ -> FileError.LOOP;
      case CharacterCodingException _ -> FileError.ILLEGAL_BYTE_SEQUENCE;
      default -> byText(failure);
    };
  }

  // Java has no classes for these; the text is the system's own.
  private static FileError byText(IOException failure) {
    String text =
        failure instanceof FileSystemException system && system.getReason() != null
            ? system.getReason()
            : String.valueOf(failure.getMessage());
    if (text.contains("name too long")) {
      return FileError.NAME_TOO_LONG;
    }
    if (text.contains("No space left")) {
      return FileError.INSUFFICIENT_SPACE;
    }
    if (text.contains("Is a directory")) {
      return FileError.IS_DIRECTORY;
    }
    if (text.contains("Not a directory")) {
      return FileError.NOT_DIRECTORY;
    }
    if (text.contains("symbolic links")) {
      return FileError.LOOP;
    }
    if (text.contains("Invalid argument")) {
      return FileError.INVALID;
    }
    return FileError.IO;
  }
}
