package io.pie4j.component.wasi;

import io.pie4j.component.model.Case;
import io.pie4j.component.model.Component;
import io.pie4j.component.model.ComponentInstance;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives requests to components that are servers: they export {@code wasi:http/incoming-handler}.
 */
public final class IncomingHttp {
  private static final String HANDLER = "wasi:http/incoming-handler@0.2.";

  private IncomingHttp() {}

  /** Takes a program's response, on the thread that runs it, which may wait in it. */
  public interface Responder {
    /** Once, before the body. */
    void start(int status, List<HttpHeader> headers) throws IOException, InterruptedException;

    void write(byte[] bytes) throws IOException, InterruptedException;

    /** The body is complete. A response that was cut off has no finish. */
    void finish(List<HttpHeader> trailers) throws IOException, InterruptedException;
  }

  /** How a request was handled by a program that returned. */
  public sealed interface Outcome {
    /** There was a response, all of it. */
    record Answered() implements Outcome {}

    /** There was the beginning of a response. */
    record CutOff() implements Outcome {}

    /** The program said that it failed; with what words, if it had any. */
    record Failed(Optional<String> why) implements Outcome {}

    /** The program said nothing. */
    record Unanswered() implements Outcome {}
  }

  /** The name of the exported handler, if the component is a server. */
  public static Optional<String> handler(Component component) {
    return component.exports().keySet().stream().filter(name -> name.startsWith(HANDLER)).findAny();
  }

  /**
   * Has an instance handle a request, on this thread, until it returns. Throws {@link
   * io.pie4j.component.InstanceEnded} if the program failed; whether a response had begun then, the
   * responder knows.
   *
   * @param handler as {@link #handler} gives it
   */
  public static Outcome handle(
      ComponentInstance instance,
      String handler,
      HttpRequest request,
      Source body,
      Responder responder) {
    Answer answer = new Answer(responder);
    Object _ = instance.call(handler, "handle", new Messages.Incoming(request, body), answer);
    return answer.outcome();
  }

  /** The resource {@code response-outparam}. */
  static final class Answer {
    private final Responder responder;
    private Messages.@Nullable Outgoing response;
    private Optional<String> failure = Optional.empty();
    private boolean isSet;

    private Answer(Responder responder) {
      this.responder = responder;
    }

    private Outcome outcome() {
      if (!isSet) {
        return new Outcome.Unanswered();
      }
      if (response == null) {
        return new Outcome.Failed(failure);
      }
      return response.isFinished() ? new Outcome.Answered() : new Outcome.CutOff();
    }

    void set(Call call, Case result) throws InterruptedException {
      isSet = true;
      if (result.index() != 0) {
        failure = words(call.of(result.value(), Case.class));
        return;
      }
      Messages.Outgoing given = call.of(result.value(), Messages.Outgoing.class);
      response = given;
      call.guest().beginWait();
      try {
        responder.start(given.status, given.headers().all());
        given.connect(new ToResponder(responder));
      } catch (IOException gone) {
        // Who asked is gone: writing fails too, which the program sees.
      } finally {
        given.close();
        call.guest().endWait();
      }
    }
  }

  /** Of a variant {@code error-code}: only its internal error has some. */
  private static Optional<String> words(Case code) {
    return code.value() instanceof Optional<?> text
        ? text.filter(String.class::isInstance).map(String.class::cast)
        : Optional.empty();
  }

  private record ToResponder(Responder responder) implements OutgoingBody.Target {
    @Override
    public void write(byte[] bytes) throws IOException, InterruptedException {
      responder.write(bytes);
    }

    @Override
    public void finish(List<HttpHeader> trailers) throws IOException, InterruptedException {
      responder.finish(trailers);
    }

    @Override
    public void cut() {}
  }
}
