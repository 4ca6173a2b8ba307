package io.pie4j.control;

import java.io.IOException;
import java.io.Writer;

/**
 * Writes traces in the Chrome trace event format: a JSON object with one list of events, times in
 * microseconds.
 */
final class ChromeTrace {
  private static final int LOOP = 1;
  private static final int DRIVER = 2;

  private final Writer out;
  private int process;
  private boolean first = true;

  ChromeTrace(Writer out) throws IOException {
    this.out = out;
    out.write("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
  }

  void add(Trace trace) throws IOException {
    process++;
    name("process_name", 0, trace.model());
    name("thread_name", LOOP, "control loop");
    name("thread_name", DRIVER, "driver");
    for (TracedPass pass : trace.passes()) {
      add(pass);
    }
  }

  void end() throws IOException {
    out.write("\n]}\n");
    out.flush();
  }

  private void add(TracedPass p) throws IOException {
    span("form", LOOP, p.formedNanos(), p.startedNanos());
    numbers("pass", p.number(), "queues", p.queues(), "programs", p.programs());
    out.write("}}");
    span(p.failed() ? "failed pass" : "pass", DRIVER, p.startedNanos(), p.endedNanos());
    numbers("pass", p.number(), "queues", p.queues(), "programs", p.programs());
    out.write(',');
    numbers("copies", p.copies(), "embeds", p.embeds(), "forwards", p.forwards());
    out.write(',');
    numbers("readouts", p.readouts(), "tokens", p.tokens(), "saves", p.saves());
    out.write(',');
    numbers("loads", p.loads(), "driverNanos", p.driverNanos());
    out.write("}}");
    counter("waiting commands", p.formedNanos(), "commands", p.commandsWaiting());
    counter("free pages", p.formedNanos(), "pages", p.pagesFree());
  }

  private void name(String what, int thread, String name) throws IOException {
    begin(what, "M", thread);
    out.write(",\"args\":{\"name\":");
    string(name);
    out.write("}}");
  }

  /** An event with a duration, up to its arguments. */
  private void span(String name, int thread, long from, long to) throws IOException {
    begin(name, "X", thread);
    out.write(",\"ts\":");
    micros(from);
    out.write(",\"dur\":");
    micros(to - from);
    out.write(",\"args\":{");
  }

  private void counter(String name, long at, String what, long value) throws IOException {
    begin(name, "C", LOOP);
    out.write(",\"ts\":");
    micros(at);
    out.write(",\"args\":{");
    numbers(what, value);
    out.write("}}");
  }

  private void begin(String name, String phase, int thread) throws IOException {
    out.write(first ? "\n{\"name\":" : ",\n{\"name\":");
    first = false;
    string(name);
    out.write(",\"ph\":\"");
    out.write(phase);
    out.write("\",\"pid\":");
    out.write(Integer.toString(process));
    out.write(",\"tid\":");
    out.write(Integer.toString(thread));
  }

  /** Names and values in turn. */
  private void numbers(Object... namesAndValues) throws IOException {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.write(i == 0 ? "\"" : ",\"");
      out.write(namesAndValues[i].toString());
      out.write("\":");
      out.write(namesAndValues[i + 1].toString());
    }
  }

  private void micros(long nanos) throws IOException {
    long magnitude = Math.abs(nanos);
    out.write(nanos < 0 ? "-" : "");
    out.write(Long.toString(magnitude / 1_000));
    String rest = Long.toString(1_000 + magnitude % 1_000);
    out.write('.');
    out.write(rest, 1, 3);
  }

  private void string(String text) throws IOException {
    out.write('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.write('\\');
        out.write(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        out.write("\\u%04x".formatted((int) c));
      } else {
        out.write(c);
      }
    }
    out.write('"');
  }
}
