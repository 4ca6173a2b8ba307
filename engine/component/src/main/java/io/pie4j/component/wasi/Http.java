package io.pie4j.component.wasi;

import io.pie4j.component.abi.GuestTrap;
import io.pie4j.component.model.Case;
import io.pie4j.component.model.Linker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code wasi:http}: requests to servers, and being one. */
final class Http {
  private static final Case FAILED = Case.error(null);
  private static final Case DONE = Case.ok(null);

  private Http() {}

  static void offer(Linker linker) {
    Interface types = Interface.of(linker, "http/types");
    fields(types);
    incoming(types);
    outgoingRequests(types);
    outgoingResponses(types);
    bodies(types);
    futures(types);
    types.function(
        "http-error-code",
        call ->
            call.get(0, IoError.class).cause() instanceof OutgoingHttp.Failed failed
                ? Optional.of(HttpCall.error(failed))
                : Optional.empty());
    Interface.of(linker, "http/outgoing-handler").function("handle", Http::send);
  }

  /** A thing that is given once. */
  private static Case once(Optional<?> given) {
    return given.isPresent() ? Case.ok(given.get()) : FAILED;
  }

  // ---- fields

  private static Case problem(Fields.Problem problem) {
    return switch (problem) {
      case NONE -> DONE;
      case INVALID_SYNTAX -> Case.error(new Case(0, null));
      case FORBIDDEN -> Case.error(new Case(1, null));
      case IMMUTABLE -> Case.error(new Case(2, null));
    };
  }

  private static Fields fields(Call call) {
    return call.get(0, Fields.class);
  }

  private static void fields(Interface types) {
    String type = "fields";
    types
        .resource(type, Fields.class, Fields::close)
        .constructor(type, call -> new Fields(call.wasi().kept(), true))
        .fixed(type, "from-list", Http::fromList)
        .method(type, "get", call -> fields(call).get(call.text(1)))
        .method(type, "has", call -> fields(call).has(call.text(1)))
        .method(type, "set", Http::set)
        .method(type, "delete", call -> problem(fields(call).delete(call.text(1))))
        .method(type, "append", call -> problem(fields(call).append(call.text(1), call.bytes(2))))
        .method(type, "entries", call -> fields(call).entries())
        .method(type, "clone", call -> Fields.of(call.wasi().kept(), fields(call).all(), true));
  }

  private static Object fromList(Call call) {
    Fields made = new Fields(call.wasi().kept(), true);
    for (Object one : call.list(0)) {
      List<?> entry = call.of(one, List.class);
      Fields.Problem problem =
          made.append(call.of(entry.get(0), String.class), call.of(entry.get(1), byte[].class));
      if (problem != Fields.Problem.NONE) {
        made.close();
        return problem(problem);
      }
    }
    return Case.ok(made);
  }

  private static Object set(Call call) {
    Fields.Problem problem = fields(call).delete(call.text(1));
    for (Object value : call.list(2)) {
      if (problem == Fields.Problem.NONE) {
        problem = fields(call).append(call.text(1), call.of(value, byte[].class));
      }
    }
    return problem(problem);
  }

  // ---- incoming

  private static Messages.Incoming incoming(Call call) {
    return call.get(0, Messages.Incoming.class);
  }

  private static void incoming(Interface types) {
    String request = "incoming-request";
    types
        .resource(request, Messages.Incoming.class, Messages.Incoming::close)
        .method(request, "method", call -> Messages.method(incoming(call).request().method()))
        .method(
            request,
            "path-with-query",
            call -> Optional.of(incoming(call).request().pathWithQuery()))
        .method(
            request,
            "scheme",
            call -> Optional.of(Messages.scheme(incoming(call).request().scheme())))
        .method(request, "authority", call -> Optional.of(incoming(call).request().authority()))
        .method(request, "headers", call -> incoming(call).headers(call.wasi().kept()))
        .method(request, "consume", call -> once(incoming(call).consume(call.wasi().events())));
    String response = "incoming-response";
    types
        .resource(response, Messages.Incoming.class, Messages.Incoming::close)
        .method(response, "status", call -> (long) incoming(call).status())
        .method(response, "headers", call -> incoming(call).headers(call.wasi().kept()))
        .method(response, "consume", call -> once(incoming(call).consume(call.wasi().events())));
  }

  // ---- outgoing

  private static Messages.Outgoing outgoing(Call call) {
    return call.get(0, Messages.Outgoing.class);
  }

  private static void outgoingRequests(Interface types) {
    String type = "outgoing-request";
    types
        .resource(type, Messages.Outgoing.class, Messages.Outgoing::close)
        .constructor(type, call -> new Messages.Outgoing(call.wasi().kept(), fields(call)))
        .method(type, "body", call -> once(outgoing(call).body()))
        .method(
            type,
            "headers",
            call -> Fields.of(call.wasi().kept(), outgoing(call).headers().all(), false))
        .method(type, "method", call -> Messages.method(outgoing(call).method))
        .method(type, "set-method", Http::setMethod)
        .method(type, "scheme", call -> outgoing(call).scheme.map(Messages::scheme))
        .method(type, "set-scheme", Http::setScheme)
        .method(type, "authority", call -> outgoing(call).authority)
        .method(type, "set-authority", Http::setAuthority)
        .method(type, "path-with-query", call -> outgoing(call).pathWithQuery)
        .method(type, "set-path-with-query", Http::setPath);
  }

  private static Object setMethod(Call call) {
    Optional<String> method = Messages.method(call.variant(1));
    method.ifPresent(name -> outgoing(call).method = name);
    return method.isPresent() ? DONE : FAILED;
  }

  private static Object setScheme(Call call) {
    outgoing(call).scheme = call.option(1, Case.class).map(Messages::scheme);
    return DONE;
  }

  private static Object setAuthority(Call call) {
    Optional<String> authority = call.option(1, String.class);
    if (authority.isPresent() && !isPlain(authority.get())) {
      return FAILED;
    }
    outgoing(call).authority = authority;
    return DONE;
  }

  private static Object setPath(Call call) {
    Optional<String> path = call.option(1, String.class);
    if (path.isPresent() && !isPlain(path.get())) {
      return FAILED;
    }
    outgoing(call).pathWithQuery = path;
    return DONE;
  }

  private static boolean isPlain(String text) {
    return text.length() <= 8_192 && text.chars().allMatch(c -> c > ' ' && c != 127);
  }

  private static void outgoingResponses(Interface types) {
    String type = "outgoing-response";
    types
        .resource(type, Messages.Outgoing.class, Messages.Outgoing::close)
        .constructor(type, call -> new Messages.Outgoing(call.wasi().kept(), fields(call)))
        .method(type, "body", call -> once(outgoing(call).body()))
        .method(
            type,
            "headers",
            call -> Fields.of(call.wasi().kept(), outgoing(call).headers().all(), false))
        .method(type, "status-code", call -> (long) outgoing(call).status)
        .method(
            type,
            "set-status-code",
            call -> {
              long status = call.number(1);
              if (status < 100 || status > 999) {
                return FAILED;
              }
              outgoing(call).status = (int) status;
              return DONE;
            })
        .resource("response-outparam")
        .fixed(
            "response-outparam",
            "set",
            call -> {
              call.get(0, IncomingHttp.Answer.class).set(call, call.variant(1));
              return null;
            });
  }

  // ---- bodies

  private static void bodies(Interface types) {
    String in = "incoming-body";
    types
        .resource(in, Messages.IncomingBody.class, Messages.IncomingBody::close)
        .method(in, "stream", call -> once(call.get(0, Messages.IncomingBody.class).stream()))
        .fixed(
            in,
            "finish",
            call -> {
              call.get(0, Messages.IncomingBody.class).close();
              return new Trailers();
            });
    String out = "outgoing-body";
    types
        .resource(out, OutgoingBody.class, OutgoingBody::close)
        .method(out, "write", call -> once(call.get(0, OutgoingBody.class).write()))
        .fixed(out, "finish", Http::finish);
  }

  private static Object finish(Call call) throws InterruptedException {
    List<HttpHeader> trailers =
        call.option(1, Fields.class).map(fields -> List.copyOf(fields.all())).orElse(List.of());
    call.option(1, Fields.class).ifPresent(Fields::close);
    call.guest().beginWait();
    try {
      call.get(0, OutgoingBody.class).finish(trailers);
      return DONE;
    } catch (IOException failure) {
      return Case.error(HttpCall.error(failure));
    } finally {
      call.guest().endWait();
    }
  }

  /** The resource {@code future-trailers}: there are none. */
  private static final class Trailers {
    private boolean taken;

    Object get() {
      if (taken) {
        return Optional.of(FAILED);
      }
      taken = true;
      return Optional.of(Case.ok(Case.ok(Optional.empty())));
    }
  }

  // ---- requests under way

  private static void futures(Interface types) {
    types
        .resource("future-trailers")
        .method("future-trailers", "subscribe", call -> Pollable.ALWAYS)
        .method("future-trailers", "get", call -> call.get(0, Trailers.class).get());
    String type = "future-incoming-response";
    types
        .resource(type, HttpCall.class, HttpCall::close)
        .method(type, "subscribe", call -> call.get(0, HttpCall.class))
        .method(type, "get", call -> call.get(0, HttpCall.class).get());
    options(types);
  }

  /** The resource {@code request-options}. */
  private static final class Options {
    private final @Nullable Long[] nanos = new @Nullable Long[3];
  }

  private static void options(Interface types) {
    String type = "request-options";
    types.resource(type).constructor(type, call -> new Options());
    List<String> names = List.of("connect-timeout", "first-byte-timeout", "between-bytes-timeout");
    for (int i = 0; i < names.size(); i++) {
      int index = i;
      types
          .method(
              type,
              names.get(i),
              call -> Optional.ofNullable(call.get(0, Options.class).nanos[index]))
          .method(
              type,
              "set-" + names.get(i),
              call -> {
                call.get(0, Options.class).nanos[index] = call.option(1, Long.class).orElse(null);
                return DONE;
              });
    }
  }

  private static Object send(Call call) throws InterruptedException {
    Messages.Outgoing request = outgoing(call);
    Duration timeout =
        call.option(1, Options.class).map(Http::timeout).orElse(OutgoingHttp.TIMEOUT_STANDARD);
    HttpCall sent = new HttpCall(call.wasi().events());
    try {
      call.wasi().begins(sent);
      request.connect(new ToPipe(sent.body()));
    } catch (IOException failure) {
      return Case.error(HttpCall.error(failure));
    }
    sent.start(call.wasi().http(), request.request(), timeout);
    request.close();
    return Case.ok(sent);
  }

  private static Duration timeout(Options options) {
    Long nanos = options.nanos[1];
    if (nanos == null) {
      return OutgoingHttp.TIMEOUT_STANDARD;
    }
    if (nanos == 0) {
      throw new GuestTrap("a first-byte-timeout of 0 leaves no time to answer");
    }
    long most = OutgoingHttp.TIMEOUT_MAX.toNanos();
    return Duration.ofNanos(nanos < 0 ? most : Math.min(nanos, most));
  }

  private record ToPipe(Pipe pipe) implements OutgoingBody.Target {
    @Override
    public void write(byte[] bytes) throws IOException, InterruptedException {
      pipe.write(bytes);
    }

    @Override
    public void finish(List<HttpHeader> trailers) {
      pipe.end();
    }

    @Override
    public void cut() {
      pipe.cut("the program gave the body up");
    }
  }
}
