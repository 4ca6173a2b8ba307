package io.pie4j.control;

import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * The last passes of a controller, oldest first.
 *
 * @param model what the driver calls itself
 * @param passes finished ones, at most as many as {@link ControlSettings#tracePasses}
 */
public record Trace(String model, List<TracedPass> passes) {

  public Trace {
    passes = List.copyOf(passes);
  }

  /**
   * Writes the trace in the Chrome trace event format, which chrome://tracing and Perfetto show.
   * Does not close the writer.
   */
  public void writeChromeJson(Writer to) throws IOException {
    writeChromeJson(List.of(this), to);
  }

  /** Several models in one picture: each is a process, with a row for the loop and the driver. */
  public static void writeChromeJson(List<Trace> traces, Writer to) throws IOException {
    ChromeTrace chrome = new ChromeTrace(to);
    for (Trace trace : traces) {
      chrome.add(trace);
    }
    chrome.end();
  }
}
