package io.pie4j.component.wasi;

/** Errors of files, in the order of {@code wasi:filesystem}, each with preview 1's number. */
enum FileError {
  ACCESS(2),
  WOULD_BLOCK(6),
  ALREADY(7),
  BAD_DESCRIPTOR(8),
  BUSY(10),
  DEADLOCK(16),
  QUOTA(19),
  EXIST(20),
  FILE_TOO_LARGE(22),
  ILLEGAL_BYTE_SEQUENCE(25),
  IN_PROGRESS(26),
  INTERRUPTED(27),
  INVALID(28),
  IO(29),
  IS_DIRECTORY(31),
  LOOP(32),
  TOO_MANY_LINKS(34),
  MESSAGE_SIZE(35),
  NAME_TOO_LONG(37),
  NO_DEVICE(43),
  NO_ENTRY(44),
  NO_LOCK(46),
  INSUFFICIENT_MEMORY(48),
  INSUFFICIENT_SPACE(51),
  NOT_DIRECTORY(54),
  NOT_EMPTY(55),
  NOT_RECOVERABLE(56),
  UNSUPPORTED(58),
  NO_TTY(59),
  NO_SUCH_DEVICE(60),
  OVERFLOW(61),
  NOT_PERMITTED(63),
  PIPE(64),
  READ_ONLY(69),
  INVALID_SEEK(70),
  TEXT_FILE_BUSY(74),
  CROSS_DEVICE(75);

  private final int number;

  FileError(int number) {
    this.number = number;
  }

  /** Its number in WASI 0.2, whose order this is. */
  @SuppressWarnings("EnumOrdinal")
  int code() {
    return ordinal();
  }

  /** In preview 1. */
  int number() {
    return number;
  }

  FileProblem problem() {
    return new FileProblem(this);
  }
}
