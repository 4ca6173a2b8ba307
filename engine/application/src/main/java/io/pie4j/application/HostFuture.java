package io.pie4j.application;

import io.pie4j.api.ClientFile;
import io.pie4j.api.Distribution;
import io.pie4j.api.FutureBytes;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureFile;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.FutureScores;
import io.pie4j.api.FutureText;
import io.pie4j.api.FutureToken;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Pollable;
import io.pie4j.api.SampledToken;
import java.util.Optional;

/** The futures of the interface, over one answer each. */
abstract class HostFuture<T> {
  final HostSide host;
  private final Answer<T> answer;

  /** What the answer was reckoned to hold; see {@link HeldAnswers}. */
  private long bytes;

  private boolean rings;

  private HostFuture(HostSide host, Answer<T> answer) {
    this(host, answer, 0);
  }

  private HostFuture(HostSide host, Answer<T> answer, long bytes) {
    this.host = host;
    this.answer = answer;
    this.bytes = bytes;
  }

  T value() {
    return host.await(answer);
  }

  Optional<T> valueIfReady() {
    return answer.isReady() ? Optional.of(value()) : Optional.empty();
  }

  public Pollable subscribe() {
    // One registration however often the program subscribes: a future that never comes must not
    // collect them.
    if (!rings) {
      rings = true;
      answer.onReady(host.bell()::ring);
    }
    return new HostPollable(host, answer);
  }

  public void close() {
    answer.abandon();
    host.answers().giveBack(bytes);
    bytes = 0;
  }

  private record HostPollable(HostSide host, Answer<?> answer) implements Pollable {
    @Override
    public boolean ready() {
      return answer.isReady();
    }

    @Override
    public void block() {
      host.waitUntil(answer::isReady);
    }

    @Override
    public void close() {}
  }

  static final class Unit extends HostFuture<Object> implements FutureUnit {
    @SuppressWarnings("unchecked") // the value is not looked at
    Unit(HostSide host, Answer<?> answer) {
      super(host, (Answer<Object>) answer);
    }

    @Override
    public boolean get() {
      return valueIfReady().isPresent();
    }

    @Override
    public void await() {
      value();
    }
  }

  static final class File extends HostFuture<ClientFile> implements FutureFile {
    File(HostSide host, Answer<ClientFile> answer) {
      super(host, answer);
    }

    @Override
    public Optional<ClientFile> get() {
      return valueIfReady();
    }

    @Override
    public ClientFile await() {
      return value();
    }
  }

  static final class Bytes extends HostFuture<byte[]> implements FutureBytes {
    Bytes(HostSide host, Answer<byte[]> answer) {
      super(host, answer);
    }

    @Override
    public Optional<byte[]> get() {
      return valueIfReady();
    }

    @Override
    public byte[] await() {
      return value();
    }
  }

  /** For futures that hand out something else than what they wait for. */
  static final class Other<T> extends HostFuture<T> {
    Other(HostSide host, Answer<T> answer) {
      super(host, answer);
    }
  }

  static final class Text extends HostFuture<String> implements FutureText {
    Text(HostSide host, Answer<String> answer) {
      super(host, answer);
    }

    @Override
    public Optional<String> get() {
      return valueIfReady();
    }

    @Override
    public String await() {
      return value();
    }
  }

  static final class Dist extends HostFuture<io.pie4j.inference.Readout.Result.Distribution>
      implements FutureDistribution {
    Dist(HostSide host, Answer<io.pie4j.inference.Readout.Result.Distribution> answer, long bytes) {
      super(host, answer, bytes);
    }

    @Override
    public Optional<Distribution> get() {
      return valueIfReady().map(this::read);
    }

    @Override
    public Distribution await() {
      return read(value());
    }

    private Distribution read(io.pie4j.inference.Readout.Result.Distribution result) {
      host.countReadout();
      return new Distribution(result.ids(), result.probabilities());
    }
  }

  static final class Token extends HostFuture<io.pie4j.inference.Readout.Result.Token>
      implements FutureToken {
    Token(HostSide host, Answer<io.pie4j.inference.Readout.Result.Token> answer) {
      super(host, answer);
    }

    @Override
    public Optional<SampledToken> get() {
      return valueIfReady().map(this::read);
    }

    @Override
    public SampledToken await() {
      return read(value());
    }

    private SampledToken read(io.pie4j.inference.Readout.Result.Token result) {
      host.countReadout();
      return new SampledToken(result.id(), result.logProbability());
    }
  }

  static final class Probabilities
      extends HostFuture<io.pie4j.inference.Readout.Result.Probabilities>
      implements FutureProbabilities {
    Probabilities(
        HostSide host, Answer<io.pie4j.inference.Readout.Result.Probabilities> answer, long bytes) {
      super(host, answer, bytes);
    }

    @Override
    public Optional<float[]> get() {
      return valueIfReady().map(this::read);
    }

    @Override
    public float[] await() {
      return read(value());
    }

    private float[] read(io.pie4j.inference.Readout.Result.Probabilities result) {
      host.countReadout();
      return result.values();
    }
  }

  /** Not counted as a step: whoever asks for scores has chosen the tokens already. */
  static final class Scores extends HostFuture<io.pie4j.inference.Readout.Result.Scores>
      implements FutureScores {
    Scores(HostSide host, Answer<io.pie4j.inference.Readout.Result.Scores> answer, long bytes) {
      super(host, answer, bytes);
    }

    @Override
    public Optional<io.pie4j.api.Scores> get() {
      return valueIfReady().map(Scores::read);
    }

    @Override
    public io.pie4j.api.Scores await() {
      return read(value());
    }

    private static io.pie4j.api.Scores read(io.pie4j.inference.Readout.Result.Scores result) {
      return new io.pie4j.api.Scores(result.logProbabilities(), result.entropy());
    }
  }
}
