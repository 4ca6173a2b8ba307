package io.pie4j.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The pie command in this process, with a home of its own. */
final class Pie implements AutoCloseable {
  private static final String HOME = "pie4j.home";

  private final @Nullable String before = System.getProperty(HOME);

  Pie(Path home) {
    System.setProperty(HOME, home.toString());
  }

  /** What a command line gave. */
  record Said(int code, String out, String err) {}

  Said pie(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Said(code, out.toString(), err.toString());
  }

  @Override
  public void close() {
    if (before == null) {
      System.clearProperty(HOME);
    } else {
      System.setProperty(HOME, before);
    }
  }
}
