package io.pie4j.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.pie4j.api.ApiException;
import io.pie4j.api.ClientFile;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureBytes;
import io.pie4j.api.FutureFile;
import io.pie4j.api.FutureResponse;
import io.pie4j.api.FutureText;
import io.pie4j.api.Messaging;
import io.pie4j.api.Pollable;
import io.pie4j.api.Response;
import io.pie4j.api.Store;
import io.pie4j.api.Subscription;
import io.pie4j.control.messaging.MessagingSettings;
import io.pie4j.control.store.StoreException;
import io.pie4j.control.store.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messaging, store, requests to servers and files, as programs in the JVM call them. */
@Timeout(120)
final class ServicesTest {
  private static final User ANN = new User("ann");
  private static final User BOB = new User("bob");

  /** May write shared names and reach this machine. */
  private static final User INSIDER = new User("insider");

  /** May do nothing of all this. */
  private static final User OUTSIDER = new User("outsider");

  private static final ServiceSettings SMALL =
      ServiceSettings.standard()
          .withMessaging(new MessagingSettings(4, 3, 4, 3, 16, 16, 4_000))
          .withStore(StoreSettings.standard().withValueBytesMax(100).withKeysPerSpaceMax(5))
          .withFiles(new FileSettings(100, 2, 150, 150));

  @TempDir private Path folder;

  private TestEngine engine;

  @BeforeEach
  void start() {
    engine = engine(SMALL.withStoreFile(folder.resolve("store.mv")));
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  private TestEngine engine(ServiceSettings services) {
    Grant all = Grant.standard();
    Policy policy =
        Policy.standard()
            .with(INSIDER, all.withCapabilities(Capabilities.all()))
            .with(OUTSIDER, all.withCapabilities(Capabilities.none()));
    return TestEngine.withoutArithmetic(
        LifecycleSettings.standard().withServices(services), policy, folder.resolve("cache"));
  }

  @Test
  void aStoreIsTheUsersAndOutlivesTheEngine() {
    run(
        ANN,
        api -> {
          Store store = api.store();
          assertThat(store.get("a")).isEmpty();
          store.set("b/2", bytes("two"));
          store.set("b/1", bytes("one"));
          store.set("a", bytes("mine"));
          assertThat(store.get("a")).hasValue(bytes("mine"));
          assertThat(store.listKeys("")).containsExactly("a", "b/1", "b/2");
          assertThat(store.listKeys("b/")).containsExactly("b/1", "b/2");
          assertThat(store.delete("b/2")).isTrue();
          assertThat(store.delete("b/2")).isFalse();
          assertThat(store.exists("b/1")).isTrue();
        });
    engine.close();
    engine = engine(SMALL.withStoreFile(folder.resolve("store.mv")));
    run(ANN, api -> assertThat(api.store().listKeys("")).containsExactly("a", "b/1"));
    run(BOB, api -> assertThat(api.store().get("a")).isEmpty());
  }

  @Test
  void sharedKeysAreSeenByAllAndChangedByWhoMay() {
    run(
        INSIDER,
        api -> {
          api.store().set("shared/k", bytes("for all"));
          api.store().set("z", bytes("for me"));
        });
    run(
        BOB,
        api -> {
          api.store().set("t", bytes("mine"));
          assertThat(api.store().get("shared/k")).hasValue(bytes("for all"));
          assertThat(api.store().listKeys("")).containsExactly("shared/k", "t");
          assertThat(api.store().listKeys("sh")).containsExactly("shared/k");
          assertThat(api.store().listKeys("shared/")).containsExactly("shared/k");
          assertThat(api.store().listKeys("shared/l")).isEmpty();
          assertRefused(() -> api.store().set("shared/k", bytes("")), ErrorCode.DENIED, "set: key");
          assertRefused(() -> api.store().delete("shared/k"), ErrorCode.DENIED, "delete: key");
        });
  }

  @Test
  void theStoresBoundsAreErrorsThatTheProgramSurvives() {
    run(
        ANN,
        api -> {
          assertRefused(
              () -> api.store().set("a", new byte[101]), ErrorCode.QUOTA_EXCEEDED, "valueBytesMax");
          assertRefused(() -> api.store().get(""), ErrorCode.INVALID_ARGUMENT, "get: key");
          for (int i = 0; i < 5; i++) {
            api.store().set("k" + i, new byte[100]);
          }
          assertRefused(
              () -> api.store().set("k5", new byte[1]),
              ErrorCode.QUOTA_EXCEEDED,
              "keysPerSpaceMax");
        });
    run(BOB, api -> api.store().set("k5", new byte[1]));
  }

  @Test
  void aBrokenStoreStopsTheStartAndAUsedOneDoesNot() throws IOException {
    Path broken = folder.resolve("broken.mv");
    Files.writeString(broken, "no store");
    assertThatThrownBy(() -> engine(SMALL.withStoreFile(broken)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("broken.mv");
    try (TestEngine second = engine(SMALL.withStoreFile(folder.resolve("store.mv")))) {
      run(
          second,
          ANN,
          api ->
              assertRefused(
                  () -> api.store().get("a"), ErrorCode.INTERNAL, "in use by another engine"));
    }
  }

  @Test
  void programsOfAUserTalkByMailboxes() throws InterruptedException {
    Transcript puller = new Transcript();
    Instance waits =
        launch(
            ANN,
            puller,
            api -> {
              try (FutureText mail = api.messaging().pull("box")) {
                api.client().send("asked");
                api.client().send(mail.await());
              }
            });
    assertThat(puller.nextMessage()).isEqualTo("asked");
    run(BOB, api -> api.messaging().push("box", "bob's own"));
    run(ANN, api -> api.messaging().push("box", "hello"));
    assertThat(puller.nextMessage()).isEqualTo("hello");
    assertFinished(waits);
  }

  @Test
  void aProgramThatEndsTakesNoMessageAlong() throws InterruptedException {
    Transcript transcript = new Transcript();
    Instance dies =
        launch(
            ANN,
            transcript,
            api -> {
              api.messaging().push("box", "kept");
              FutureText pulled = api.messaging().pull("box");
              pulled.subscribe().block();
              FutureText waits = api.messaging().pull("box");
              api.client().send("pulled");
              waits.await();
            });
    assertThat(transcript.nextMessage()).isEqualTo("pulled");
    dies.terminate("enough");
    assertThat(dies.outcome().join()).isEqualTo(new Outcome.Terminated("enough"));
    run(ANN, api -> assertThat(api.messaging().pull("box").await()).isEqualTo("kept"));
  }

  @Test
  void topicsReachEverySubscriptionAndSayWhatWasLost() {
    run(
        ANN,
        api -> {
          Messaging messaging = api.messaging();
          assertThat(messaging.broadcast("news", "unheard")).isZero();
          try (Subscription one = messaging.subscribe("news");
              Subscription two = messaging.subscribe("news");
              FutureText early = two.receive()) {
            Pollable ready = early.subscribe();
            assertThat(ready.ready()).isFalse();
            for (int i = 0; i < 4; i++) {
              assertThat(messaging.broadcast("news", "m" + i)).isEqualTo(2);
            }
            assertThat(api.types().poll(List.of(ready))).containsExactly(0);
            assertThat(early.get()).hasValue("m0");
            FutureText lost = one.receive();
            assertRefused(lost::await, ErrorCode.QUOTA_EXCEEDED, "receive: 1 messages were lost");
            assertThat(one.receive().await()).isEqualTo("m1");
          }
          assertThat(messaging.broadcast("news", "unheard")).isZero();
        });
  }

  @Test
  void sharedTopicsAreHeardByAllAndSpokenToByWhoMay() throws InterruptedException {
    Transcript transcript = new Transcript();
    Instance hears =
        launch(
            BOB,
            transcript,
            api -> {
              assertRefused(
                  () -> api.messaging().broadcast("shared/news", "x"),
                  ErrorCode.DENIED,
                  "broadcast: topic");
              assertRefused(
                  () -> api.messaging().push("shared/box", "x"), ErrorCode.DENIED, "push: mailbox");
              try (Subscription news = api.messaging().subscribe("shared/news")) {
                api.client().send("listening");
                api.client().send(news.receive().await());
              }
            });
    assertThat(transcript.nextMessage()).isEqualTo("listening");
    run(INSIDER, api -> assertThat(api.messaging().broadcast("shared/news", "hi")).isEqualTo(1));
    assertThat(transcript.nextMessage()).isEqualTo("hi");
    assertFinished(hears);
  }

  @Test
  void messagingsBoundsAreErrorsThatTheProgramSurvives() {
    run(
        ANN,
        api -> {
          for (int i = 0; i < 3; i++) {
            api.messaging().push("box", "m");
          }
          assertRefused(
              () -> api.messaging().push("box", "m"),
              ErrorCode.QUOTA_EXCEEDED,
              "mailboxMessagesMax");
          assertRefused(
              () -> api.messaging().push("b", "m".repeat((1 << 20) + 1)),
              ErrorCode.QUOTA_EXCEEDED,
              "messageBytesMax");
          assertRefused(
              () -> api.messaging().pull("a\nb"), ErrorCode.INVALID_ARGUMENT, "pull: mailbox");
          for (int i = 0; i < 4; i++) {
            api.messaging().subscribe("t");
          }
          assertRefused(
              () -> api.messaging().subscribe("t"),
              ErrorCode.QUOTA_EXCEEDED,
              "subscriptionsPerUserMax");
        });
    // The end of the program gave its subscriptions back.
    run(ANN, api -> api.messaging().subscribe("t").close());
  }

  @Test
  void whoIsGrantedNothingIsToldSo() {
    run(
        OUTSIDER,
        api -> {
          assertRefused(
              () -> api.store().get("a"), ErrorCode.DENIED, "get: takes the capability 'store'");
          assertRefused(() -> api.store().listKeys(""), ErrorCode.DENIED, "list-keys: ");
          assertRefused(() -> api.messaging().subscribe("t"), ErrorCode.DENIED, "'messaging'");
          assertRefused(() -> api.messaging().push("t", "m"), ErrorCode.DENIED, "push: ");
          assertRefused(() -> api.http().get("http://example.com/"), ErrorCode.DENIED, "get: host");
          assertRefused(() -> api.client().receiveFile(), ErrorCode.DENIED, "receive-file: ");
          assertRefused(
              () -> api.client().sendFile(new ClientFile("f", new byte[1])),
              ErrorCode.DENIED,
              "send-file: ");
        });
  }

  @Test
  void filesTravelBothWays() throws InterruptedException {
    Transcript transcript = new Transcript();
    BlockingQueue<ClientFile> files = new LinkedBlockingQueue<>();
    Audience audience =
        new Audience() {
          @Override
          public void printed(Instance instance, String text) {}

          @Override
          public void message(Instance instance, String message) {
            transcript.message(instance, message);
          }

          @Override
          public void file(Instance instance, String name, byte[] content) {
            files.add(new ClientFile(name, content));
          }

          @Override
          public void ended(Instance instance, Outcome outcome) {}
        };
    Instance instance =
        launch(
            ANN,
            audience,
            api -> {
              try (FutureFile early = api.client().receiveFile()) {
                assertThat(early.get()).isEmpty();
                api.client().receiveFile().close();
                api.client().send("asked");
                ClientFile file = early.await();
                api.client().sendFile(new ClientFile("copy of " + file.name(), file.content()));
              }
              api.client().receive().await();
            });
    assertThat(transcript.nextMessage()).isEqualTo("asked");
    instance.sendFile("a.txt", bytes("text"));
    ClientFile copy = files.take();
    assertThat(copy.name()).isEqualTo("copy of a.txt");
    assertThat(copy.content()).isEqualTo(bytes("text"));
    assertThatThrownBy(() -> instance.sendFile("b", new byte[101]))
        .hasMessageContaining("fileBytesMax");
    assertThatThrownBy(() -> instance.sendFile("../b", new byte[1]))
        .hasMessageContaining("no folders");
    instance.sendFile("b", new byte[100]);
    assertThatThrownBy(() -> instance.sendFile("c", new byte[51]))
        .hasMessageContaining("inboxBytesMax");
    instance.sendFile("c", new byte[1]);
    assertThatThrownBy(() -> instance.sendFile("d", new byte[1]))
        .hasMessageContaining("inboxFilesMax");
    instance.send("end");
    assertFinished(instance);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/a", "..\\a", "a\nb", "a\0"})
  void aFilesNameHasNoFolders(String name) {
    run(
        ANN,
        api ->
            assertRefused(
                () -> api.client().sendFile(new ClientFile(name, new byte[1])),
                ErrorCode.INVALID_ARGUMENT,
                "send-file: name must"));
  }

  @Test
  void aFileIsBounded() {
    run(
        ANN,
        api -> {
          assertRefused(
              () -> api.client().sendFile(new ClientFile("f", new byte[101])),
              ErrorCode.QUOTA_EXCEEDED,
              "fileBytesMax");
          assertRefused(
              () -> api.client().sendFile(new ClientFile("f".repeat(256), new byte[1])),
              ErrorCode.INVALID_ARGUMENT,
              "at most 255 bytes");
        });
  }

  @Test
  void requestsReachServersThatAreGranted() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          byte[] answer = body.length == 0 ? bytes("got") : body;
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    String url = "http://localhost:" + server.getAddress().getPort() + "/";
    try {
      run(
          INSIDER,
          api -> {
            try (FutureResponse future = api.http().get(url)) {
              api.types().poll(List.of(future.subscribe()));
              try (Response response = future.get().orElseThrow();
                  FutureBytes first = response.read(1);
                  FutureBytes rest = response.readAll()) {
                assertThat(response.status()).isEqualTo(200);
                assertThat(first.await()).isEqualTo(bytes("g"));
                assertThat(rest.await()).isEqualTo(bytes("ot"));
                assertThat(rest.get()).hasValue(bytes("ot"));
              }
            }
            try (FutureResponse future = api.http().post(url, "text/plain", bytes("posted"))) {
              assertThat(future.await().readAll().await()).isEqualTo(bytes("posted"));
            }
          });
      run(
          ANN,
          api -> {
            FutureResponse denied = api.http().get(url);
            assertRefused(denied::await, ErrorCode.DENIED, "no public address");
            assertRefused(() -> api.http().get("nothing"), ErrorCode.INVALID_ARGUMENT, "get: url");
          });
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theEndOfAProgramEndsItsRequests() throws IOException, InterruptedException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://localhost:" + silent.getLocalPort() + "/";
      Instance instance = launch(INSIDER, new Transcript(), api -> api.http().get(url).await());
      try (var connection = silent.accept()) {
        InputStream in = connection.getInputStream();
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
          int next = in.read();
          assertThat(next).as(head.toString()).isNotNegative();
          head.append((char) next);
        }
        assertThat(head).startsWith("GET / HTTP/1.1");
        instance.terminate("enough");
        assertThat(instance.outcome().join()).isEqualTo(new Outcome.Terminated("enough"));
        try {
          assertThat(in.read()).as("the server sees the connection's end").isNegative();
        } catch (SocketException reset) {
          assertThat(reset).hasMessageContaining("reset");
        }
      }
    }
  }

  private void run(User user, io.pie4j.api.Program body) {
    run(engine, user, body);
  }

  private static void run(TestEngine engine, User user, io.pie4j.api.Program body) {
    assertFinished(
        engine.launchAs(
            user, new TrustedProgram(ProgramName.parse("test"), body), new Transcript()));
  }

  private Instance launch(User user, Audience audience, io.pie4j.api.Program body) {
    return engine.launchAs(user, new TrustedProgram(ProgramName.parse("test"), body), audience);
  }

  private static void assertFinished(Instance instance) {
    assertThat(instance.outcome().join()).isEqualTo(new Outcome.Finished());
  }

  private static void assertRefused(ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(message)
        .matches(failure -> ((ApiException) failure).code() == code, code.toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
