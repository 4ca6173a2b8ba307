package io.pie4j.application;

import io.pie4j.control.ContentionPolicy;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.Controller;
import io.pie4j.control.ControllerStatus;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inferlets.contract.Check;
import io.pie4j.inferlets.contract.Contract;
import io.pie4j.model.LanguageModel;
import io.pie4j.model.chat.ChatMessage;
import io.pie4j.model.tokenizer.Specials;
import io.pie4j.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An engine on the embedded model with all that the contract's checks need around it: a driver that
 * can be held up, a server, another user, the log; and what the checks are told of all this.
 */
final class ContractStage implements AutoCloseable {
  static final User TESTER = new User("tester");
  static final User STRANGER = new User("stranger");

  /** A text with letters, marks and signs of one to four bytes, and a special token. */
  private static final String TEXT = "Paris, Käse and 世界 🌍!\n  <|im_end|> so it goes.";

  static final String DENIED_SERVER = "http://denied.invalid/";
  private static final int[] PREFIX_TOKENS = {3, 1};
  private static final long KV_BYTES = 64 << 20;
  private static final long DAY_MILLIS = 86_400_000;
  private static final List<String> TRAITS =
      List.of("allocate", "forward", "adapter", "input-text", "tokenize", "output-text", "sample");

  private final AtomicReference<@Nullable HeldDriver> driver = new AtomicReference<>();
  private final ContractServer server = new ContractServer();
  private final Queue<LogRecord> log = new ConcurrentLinkedQueue<>();
  private final Logger logger = Logger.getLogger("io.pie4j.inferlet");
  private final Handler handler = new Remembering();
  private final AtomicInteger runs = new AtomicInteger();
  private final TestEngine engine;
  private final List<String> told;
  private final Program wasm;
  private final Program trusted;

  ContractStage(Path cache) throws IOException {
    engine = TestEngine.with(cache, policy(), model -> serve(model, cache));
    told = told(engine.served(), engine.model());
    wasm = engine.testProgram("contract");
    trusted = new TrustedProgram(ProgramName.parse("contract-trusted"), new Contract());
    engine.lifecycle().install(wasm);
    engine.lifecycle().install(trusted);
    logger.setLevel(Level.ALL);
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  HeldDriver driver() {
    return Objects.requireNonNull(driver.get());
  }

  ContractServer server() {
    return server;
  }

  ControllerStatus status() {
    return engine.served().controller().snapshot();
  }

  TestEngine engine() {
    return engine;
  }

  /** A check as a WebAssembly guest. */
  Outcome runWasm(Check check) {
    return run(wasm, wasm.name().name(), check, 20_000);
  }

  /** A check inside the JVM. */
  Outcome runTrusted(Check check) {
    return run(trusted, trusted.name().name(), check, 20_000);
  }

  /** A check inside the JVM, on an interface with a call that does nothing. */
  Outcome runBroken(Check check, String call) {
    Program broken =
        new TrustedProgram(
            ProgramName.parse("broken"), api -> new Contract().run(BrokenCall.in(api, call)));
    return run(broken, trusted.name().name(), check, 500);
  }

  /** As a WebAssembly guest, and in the JVM. */
  List<Outcome> playPollNothing() {
    return Stream.of(wasm, trusted)
        .map(program -> engine.launch(program, Audience.none(), "as-poll-nothing").outcome().join())
        .toList();
  }

  private Outcome run(Program program, String installed, Check check, int patienceMillis) {
    List<String> arguments = new ArrayList<>(told);
    arguments.addFirst(check.name());
    arguments.add("program=" + installed);
    arguments.add("patience=" + patienceMillis);
    arguments.add("marker=run-" + runs.incrementAndGet());
    arguments.add("Grüße, 世界 🌍\n\u0000");
    arguments.add("");
    Instance instance =
        engine.launchAs(
            TESTER, program, new ContractPartner(this), arguments.toArray(String[]::new));
    try {
      return instance.outcome().get(6L * patienceMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException hangs) {
      driver().release();
      instance.terminate("the check does not end");
      return instance.outcome().join();
    } catch (InterruptedException | ExecutionException failure) {
      throw new AssertionError(failure);
    } finally {
      driver().release();
      server.release();
    }
  }

  /** The contract's program in a role, beside the check that wants it. */
  Instance launch(User user, Audience audience, String[] arguments) {
    return engine.launchAs(user, trusted, audience, arguments);
  }

  boolean logged(Instance instance, String level, String marker) {
    Level expected =
        switch (level) {
          case "DEBUG" -> Level.FINE;
          case "INFO" -> Level.INFO;
          case "WARN" -> Level.WARNING;
          default -> Level.SEVERE;
        };
    return log.stream()
        .anyMatch(line ->
            line.getLevel().equals(expected)
                && line.getMessage().contains(instance.shortId())
                && line.getMessage().contains(marker));
  }

  /** The server on loopback, and no other. */
  private static Policy policy() {
    Capabilities granted =
        Capabilities.standard()
            .withHttp(HttpHosts.of(List.of("127.0.0.1")))
            .with(Right.PRIVATE_HOSTS);
    return new Policy(Grant.standard().withCapabilities(granted), Map.of());
  }

  /** Few pages, so that others may be short of them; quiet programs keep theirs. */
  private ServedModel serve(LanguageModel model, Path folder) {
    CpuSettings settings = CpuSettings.defaults().withKvBytes(KV_BYTES).withAdapters(4, 1 << 24);
    HeldDriver held = new HeldDriver(CpuDriver.open(model, settings));
    driver.set(held);
    ContentionPolicy contention = ContentionPolicy.suspendAndRestore().withQuietMillis(DAY_MILLIS);
    Controller controller =
        Controller.start(held, ControlSettings.defaults().withContention(contention));
    try {
      return withPrefix(
          ServedModel.of("demo", model, controller, ContractAdapters.in(folder, model.config())));
    } catch (IOException noFolder) {
      throw new UncheckedIOException(noFolder);
    }
  }

  /** The embedded model wants no tokens before a text; here it says that it does. */
  private static ServedModel withPrefix(ServedModel model) {
    return new ServedModel(
        model.name(),
        model.description(),
        withPrefix(model.tokenizer()),
        model.chatTemplate(),
        model.chatTemplateSource(),
        model.chatVariables(),
        model.stopTokens(),
        model.controller(),
        model.adapters());
  }

  private static Tokenizer withPrefix(Tokenizer tokenizer) {
    return (Tokenizer)
        Proxy.newProxyInstance(
            Tokenizer.class.getClassLoader(),
            new Class<?>[] {Tokenizer.class},
            (self, method, arguments) -> {
              if (method.getName().equals("prefixTokens")) {
                return PREFIX_TOKENS;
              }
              try {
                return method.invoke(tokenizer, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  private List<String> told(ServedModel served, LanguageModel model) {
    Tokenizer tokenizer = model.tokenizer();
    int[] tokens = tokenizer.encode(TEXT);
    int[] parsed = tokenizer.encodeWithSpecials(TEXT);
    var info = served.controller().info();
    List<ChatMessage> chat =
        List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Grüße?"));
    var template = model.chatTemplate().orElseThrow();
    return List.of(
        "version=" + EngineVersion.VALUE,
        "user=" + TESTER,
        "model=" + served.name(),
        "description=" + model,
        "page-size=" + info.pageSize(),
        "pages=" + info.pageCount(),
        "vocab-size=" + info.vocabularySize(),
        "max-positions=" + info.maxPositions(),
        "stop-tokens=" + numbers(model.stopTokens()),
        "prefix-tokens=" + numbers(PREFIX_TOKENS),
        "traits=" + String.join(",", TRAITS),
        "chat-template=" + model.chatTemplateSource().orElseThrow(),
        "chat=" + template.render(chat, true, model.chatVariables()),
        "chat-without-cue=" + template.render(chat, false, model.chatVariables()),
        "text=" + TEXT,
        "tokens=" + numbers(tokens),
        "special-parsed-tokens=" + numbers(parsed),
        "text-without-special=" + tokenizer.decode(parsed, Specials.SKIP),
        "cut-character=" + cutCharacter(tokenizer),
        "special-tokens="
            + tokenizer.specialTokens().entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey() + "\n")
                .collect(Collectors.joining()),
        "split-regex=" + tokenizer.splitRegex(),
        "server=" + server.url(),
        "denied-server=" + DENIED_SERVER,
        "denied-host=denied.invalid");
  }

  private static String numbers(int[] values) {
    return Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  /** A token that begins a character of four bytes and does not end it. */
  private static int cutCharacter(Tokenizer tokenizer) {
    for (int token = 0; token < tokenizer.vocabSize(); token++) {
      byte[] bytes = tokenizer.tokenBytes(token);
      if (bytes.length == 1 && (bytes[0] & 0xFF) == 0xF0) {
        return token;
      }
    }
    throw new AssertionError("no token is the byte F0");
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
    server.close();
    driver().release();
    engine.close();
  }

  private final class Remembering extends Handler {
    @Override
    public void publish(LogRecord line) {
      log.add(line);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
