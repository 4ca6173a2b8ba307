package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads texts by rules, byte by byte, and tells which tokens may come next.
 *
 * <p>Every rule has an automaton whose states are made when they are first reached ({@link State}).
 * From a state, bytes lead to states of the same rule, and other rules may be called. What the text
 * so far means is a set of stacks of states ({@link Config}); stacks are shared and kept once
 * ({@link Frame}), so configurations are too, and a transition is computed once.
 *
 * <p>A mask is a walk through the vocabulary's trie that leaves a branch when nothing is left of
 * the configuration. Three things make it cheap. A state's own part of it does not depend on the
 * stack below, and is kept with the state ({@link OwnTokens}); only tokens that go on behind the
 * end of the rule are walked with the stack. If all plain characters lead to one place, such as
 * inside a string, the plain tokens are taken in bulk, by their lengths. And a stack that was met
 * before has its tokens.
 */
final class Machine implements Automaton<Config> {
  /** Up to this length plain tokens are taken in bulk where the number of characters counts. */
  private static final int PLAIN_STEPS = 24;

  final Limits limits;
  final Vocabulary vocabulary;

  /** Nothing is left to read. */
  private final Config dead;

  /** Stands for no single place. */
  final Config mixed;

  private final List<Rule> rules;
  private final Map<List<Frame>, Config> configs = new HashMap<>();
  private final TokenSet.Collector collector;
  private final List<Frame> framesWithTokens = new ArrayList<>();
  private final List<Config> configsWithMasks = new ArrayList<>();
  private final Config[] path = new Config[256];
  private long keptMaskBytes;
  private int[] escapes = new int[64];
  private int escapeCount;
  private int ids = 1;
  private int idsBefore;
  private int steps;

  Machine(List<Rule> rules, Vocabulary vocabulary, Limits limits) {
    this.rules = rules;
    this.vocabulary = vocabulary;
    this.limits = limits;
    dead = new Config(this, List.of());
    mixed = new Config(this, List.of());
    collector = new TokenSet.Collector(vocabulary.size);
  }

  /** Before a text: the first rule begins. */
  @Override
  public Config start() {
    steps = 0;
    return alone(Frame.bottom().push(rules.get(0).start(), this));
  }

  Config dead() {
    return dead;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  int nextId() {
    return ids++;
  }

  void checkStacks(int count) {
    if (count > limits.stacks()) {
      throw new ConstraintException(
          "the text can be read in more than "
              + limits.stacks()
              + " ways by the grammar; make it less ambiguous");
    }
  }

  /** The configuration of these stacks. */
  Config config(List<Frame> kernel) {
    if (++steps > limits.stepsPerMask()) {
      throw new ConstraintException(
          "a mask takes more than "
              + limits.stepsPerMask()
              + " steps by the grammar; make it less ambiguous");
    }
    if (kernel.size() < 2) {
      return kernel.isEmpty() ? dead : alone(kernel.get(0));
    }
    checkStacks(kernel.size());
    kernel.sort((a, b) -> Integer.compare(a.id, b.id));
    List<Frame> distinct = new ArrayList<>(kernel.size());
    for (Frame frame : kernel) {
      if (distinct.isEmpty() || distinct.get(distinct.size() - 1) != frame) {
        distinct.add(frame);
      }
    }
    if (distinct.size() == 1) {
      return alone(distinct.get(0));
    }
    Config config = configs.get(distinct);
    if (config == null) {
      config = new Config(this, distinct);
      configs.put(distinct, config);
      ids++;
    }
    return config;
  }

  private Config alone(Frame frame) {
    Config config = frame.alone;
    if (config == null) {
      config = new Config(this, List.of(frame));
      frame.alone = config;
    }
    return config;
  }

  /** Called before each public step: what was kept is bounded. */
  @Override
  public void tidy(Config current) {
    steps = 0;
    if (ids - idsBefore > limits.keptStates()) {
      idsBefore = ids;
      configs.clear();
      rules.forEach(Rule::forget);
      current.forget();
      for (Frame frame : current.kernel) {
        for (Frame at = frame; !at.isBottom(); at = at.parent()) {
          at.forget();
        }
      }
      forgetMasks();
    } else if (keptMaskBytes > limits.keptMaskBytes()) {
      forgetMasks();
    }
  }

  private void forgetMasks() {
    framesWithTokens.forEach(frame -> frame.tokens = null);
    framesWithTokens.clear();
    configsWithMasks.forEach(config -> config.mask = null);
    configsWithMasks.clear();
    keptMaskBytes = 0;
  }

  /** The tokens that may come next; the stop tokens if the text may end. */
  @Override
  public Mask mask(Config config) {
    Mask mask = config.mask;
    if (mask == null) {
      List<TokenSet> sets = new ArrayList<>(config.kernel.size());
      for (Frame frame : config.kernel) {
        sets.add(tokens(frame));
      }
      collector.clear();
      sets.forEach(collector::addAll);
      if (config.ends()) {
        for (int token : vocabulary.stopTokens) {
          collector.add(token);
        }
      }
      mask = new Mask(collector.bits.clone(), vocabulary.size);
      config.mask = mask;
      configsWithMasks.add(config);
      keptMaskBytes += collector.bits.length * 8L;
    }
    return mask;
  }

  /** What may follow one stack. */
  private TokenSet tokens(Frame frame) {
    TokenSet tokens = frame.tokens;
    if (tokens == null) {
      OwnTokens own = own(frame.state);
      boolean inner = !frame.parent().isBottom();
      List<TokenSet> behind =
          inner && frame.state.accepting() ? List.of(tokens(frame.parent())) : List.of();
      collector.clear();
      collector.addAll(own.inside());
      behind.forEach(collector::addAll);
      if (inner) {
        Config outside = alone(frame.parent());
        for (int node : own.escapes()) {
          walk(outside, node, false);
        }
      }
      tokens = collector.toSet();
      frame.tokens = tokens;
      framesWithTokens.add(frame);
      keptMaskBytes += tokens.bytes();
    }
    return tokens;
  }

  private OwnTokens own(State state) {
    OwnTokens own = state.own;
    if (own == null) {
      Config inside = alone(Frame.bottom().push(state, this));
      collector.clear();
      escapeCount = 0;
      if (!addPlain(inside)) {
        walk(inside, 0, true);
      }
      walk(inside, vocabulary.restRoot, true);
      own = new OwnTokens(collector.toSet(), Arrays.copyOf(escapes, escapeCount));
      state.own = own;
    }
    return own;
  }

  /** Takes plain tokens by their lengths, if all plain characters lead to the same place. */
  private boolean addPlain(Config from) {
    int length = 0;
    Config at = from;
    while (true) {
      Config after = at.afterPlain();
      if (after == mixed || after.ends()) {
        return false;
      }
      if (after.isDead()) {
        vocabulary.addPlain(length, collector);
        return true;
      }
      if (after == at) {
        vocabulary.addPlain(Integer.MAX_VALUE, collector);
        return true;
      }
      at = after;
      if (++length == PLAIN_STEPS) {
        vocabulary.addPlain(length, collector);
        addLongPlain(from);
        return true;
      }
    }
  }

  /** The few tokens that are longer than it is worth to follow for all. */
  private void addLongPlain(Config from) {
    for (int i = vocabulary.plainOfLength[PLAIN_STEPS + 1]; i < vocabulary.plainCount; i++) {
      int token = vocabulary.plainByLength[i];
      Config at = from;
      for (byte value : vocabulary.text(token)) {
        at = at.next(value & 0xff);
      }
      if (!at.isDead()) {
        collector.add(token);
      }
    }
  }

  /** Adds the tokens below a node that a configuration at the node allows. */
  private void walk(Config from, int root, boolean noteEscapes) {
    Vocabulary trie = vocabulary;
    path[trie.depths[root] & 0xff] = from;
    int end = trie.ends[root];
    int node = root + 1;
    while (node < end) {
      int depth = trie.depths[node] & 0xff;
      Config to = path[depth - 1].next(trie.values[node] & 0xff);
      if (to.isDead()) {
        node = trie.ends[node];
        continue;
      }
      path[depth] = to;
      if (node < trie.restRoot && !to.ends() && to.isPlainLoop()) {
        // All below is plain, and plain characters lead nowhere else.
        for (int i = trie.starts[node]; i < trie.starts[trie.ends[node]]; i++) {
          collector.add(trie.order[i]);
        }
        node = trie.ends[node];
        continue;
      }
      for (int i = trie.starts[node]; i < trie.starts[node + 1]; i++) {
        collector.add(trie.order[i]);
      }
      if (noteEscapes && to.ends() && trie.ends[node] > node + 1) {
        noteEscape(node);
      }
      node++;
    }
  }

  private void noteEscape(int node) {
    if (escapeCount == escapes.length) {
      escapes = Arrays.copyOf(escapes, escapeCount * 2);
    }
    escapes[escapeCount++] = node;
  }
}
