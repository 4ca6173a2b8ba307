package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.constraint.LexedConfig.Cut;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads texts by rules over terminals, which a {@link Lexer} cuts. Where a terminal may end, the
 * text is read on in two ways, as one more of it and as the next; the lexer's watches leave the one
 * that it would have chosen.
 *
 * <p>A mask is what the terminal allows that is being read, which does not depend on the rules and
 * is kept ({@link Own}), and a walk through the vocabulary's trie from where it may end.
 */
final class LexedMachine implements Automaton<LexedConfig> {
  private static final Vocabulary NO_TOKENS = new Vocabulary(List.of(), new int[0], new int[0]);

  /** Terminals at once that must not come to an end. */
  private static final int MAX_WATCHED = 16;

  private final Machine rules;
  private final Lexer lexer;
  private final Vocabulary vocabulary;
  private final Limits limits;
  private final LexedConfig dead = new LexedConfig(this, List.of());
  private final Map<List<Cut>, LexedConfig> configs = new HashMap<>();
  private final Map<Config, LexState> begins = new HashMap<>();
  private final List<LexState> withOwn = new ArrayList<>();
  private final TokenSet.Collector collector;
  private final LexState[] lexPath = new LexState[256];
  private final LexedConfig[] path = new LexedConfig[256];
  private long keptBytes;
  private int steps;

  /**
   * What the vocabulary holds for a terminal that is being read, whatever rule wants it.
   *
   * @param inside tokens after which it may go on
   * @param ends nodes of the trie at which it may have ended
   * @param reached what was read there
   */
  record Own(TokenSet inside, int[] ends, List<LexState> reached) {}

  LexedMachine(List<Rule> rules, Lexer lexer, Vocabulary vocabulary, Limits limits) {
    this.rules = new Machine(rules, NO_TOKENS, limits);
    this.lexer = lexer;
    this.vocabulary = vocabulary;
    this.limits = limits;
    collector = new TokenSet.Collector(vocabulary.size);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public LexedConfig start() {
    steps = 0;
    Config begin = rules.start();
    return config(List.of(new Cut(begin, begin(begin), List.of())));
  }

  LexedConfig dead() {
    return dead;
  }

  /** The rules behind a terminal more. */
  private Config behind(Config from, int symbol) {
    if (symbol < 0x80) {
      return from.next(symbol);
    }
    return symbol < 0x800
        ? from.next(0xc0 | symbol >> 6).next(0x80 | (symbol & 0x3f))
        : from.next(0xe0 | symbol >> 12)
            .next(0x80 | (symbol >> 6 & 0x3f))
            .next(0x80 | (symbol & 0x3f));
  }

  private Config behindPlace(Config from, int place) {
    return lexer.isIgnored(place) ? from : behind(from, lexer.symbol(place));
  }

  /** The terminals that may come next. */
  private LexState begin(Config at) {
    LexState begin = begins.get(at);
    if (begin == null) {
      BitSet wanted = new BitSet();
      for (int symbol = 0; symbol < lexer.symbols(); symbol++) {
        wanted.set(symbol, !behind(at, symbol).isDead());
      }
      begin = lexer.start(wanted);
      begins.put(at, begin);
    }
    return begin;
  }

  private LexedConfig config(List<Cut> cuts) {
    if (++steps > limits.stepsPerMask()) {
      throw new ConstraintException(
          "a mask takes more than "
              + limits.stepsPerMask()
              + " steps by the grammar; make it less ambiguous");
    }
    if (cuts.isEmpty()) {
      return dead;
    }
    if (cuts.size() > limits.stacks()) {
      throw new ConstraintException(
          "the text can be cut in more than " + limits.stacks() + " ways into terminals");
    }
    LexedConfig config = configs.get(cuts);
    if (config == null) {
      config = new LexedConfig(this, cuts);
      configs.put(cuts, config);
    }
    return config;
  }

  LexedConfig step(LexedConfig from, int value) {
    Set<Cut> to = new LinkedHashSet<>();
    for (Cut cut : from.cuts) {
      LexState lexed = cut.lexed().next(value);
      if (lexed.isEmpty()) {
        continue;
      }
      List<LexState> watched = watched(cut.watched(), value);
      if (watched.contains(lexer.empty())) {
        continue;
      }
      if (lexed.goesOn) {
        to.add(new Cut(cut.rules(), lexed, watched));
      }
      addEnded(cut.rules(), lexed, watched, to);
    }
    return config(List.copyOf(to));
  }

  /** What is still watched; with the empty state among them if one came to its end. */
  private List<LexState> watched(List<LexState> before, int value) {
    if (before.isEmpty()) {
      return before;
    }
    List<LexState> after = new ArrayList<>();
    for (LexState watch : before) {
      LexState next = watch.next(value);
      if (next.winner != LexState.NONE) {
        return List.of(lexer.empty());
      }
      if (!next.isEmpty() && !after.contains(next)) {
        after.add(next);
      }
    }
    return after;
  }

  /** The way on if a terminal ends here. */
  private void addEnded(Config before, LexState lexed, List<LexState> watched, Set<Cut> to) {
    if (lexed.winner == LexState.NONE) {
      return;
    }
    Config behind = behindPlace(before, lexed.winner);
    if (behind.isDead()) {
      return;
    }
    LexState watch = lexed.watch();
    List<LexState> all = watched;
    if (!watch.isEmpty() && !watched.contains(watch)) {
      all = new ArrayList<>(watched);
      all.add(watch);
      if (all.size() > MAX_WATCHED) {
        throw new ConstraintException(
            "the grammar's terminals are found in one another more than " + MAX_WATCHED + " deep");
      }
    }
    Cut ended = new Cut(behind, begin(behind), List.copyOf(all));
    if (all.isEmpty() || behind.ends() || mayGoOn(ended)) {
      to.add(ended);
    }
  }

  private boolean mayGoOn(Cut cut) {
    for (int value = 0; value < 256; value++) {
      if (!cut.lexed().next(value).isEmpty()
          && !watched(cut.watched(), value).contains(lexer.empty())) {
        return true;
      }
    }
    return false;
  }

  int distance(Cut cut) {
    if (cut.ends()) {
      return 0;
    }
    int least = State.NEVER;
    LexState lexed = cut.lexed();
    for (int i = 0; i < lexed.terminals.length; i++) {
      int place = lexed.terminals[i] < 0 ? -1 - lexed.terminals[i] : lexed.terminals[i];
      Config behind = behindPlace(cut.rules(), place);
      if (!behind.isDead()) {
        least = Math.min(least, lexed.states[i].distance() + behind.distance());
      }
    }
    return Math.min(State.NEVER, least);
  }

  @Override
  public void tidy(LexedConfig current) {
    steps = 0;
    boolean many = configs.size() + lexer.count() > limits.keptStates();
    if (many || keptBytes > limits.keptMaskBytes()) {
      configs.values().forEach(LexedConfig::forget);
      configs.clear();
      configs.put(current.cuts, current);
      current.forget();
      withOwn.forEach(state -> state.own = null);
      withOwn.clear();
      keptBytes = 0;
    }
    if (many) {
      begins.clear();
      lexer.forget();
    }
    rules.tidy(current.cuts.isEmpty() ? rules.start() : current.cuts.get(0).rules());
  }

  @Override
  public Mask mask(LexedConfig config) {
    Mask mask = config.mask;
    if (mask == null) {
      for (Cut cut : config.cuts) {
        if (cut.watched().isEmpty()) {
          own(cut.lexed());
        }
      }
      collector.clear();
      for (Cut cut : config.cuts) {
        if (cut.watched().isEmpty()) {
          add(cut, own(cut.lexed()));
        } else {
          LexedConfig alone = config(List.of(cut));
          walk(alone, 0);
          walk(alone, vocabulary.restRoot);
        }
      }
      if (config.ends()) {
        for (int token : vocabulary.stopTokens) {
          collector.add(token);
        }
      }
      mask = new Mask(collector.bits.clone(), vocabulary.size);
      config.mask = mask;
      keptBytes += collector.bits.length * 8L;
    }
    return mask;
  }

  private void add(Cut cut, Own own) {
    collector.addAll(own.inside());
    for (int i = 0; i < own.ends().length; i++) {
      Set<Cut> ended = new LinkedHashSet<>();
      addEnded(cut.rules(), own.reached().get(i), List.of(), ended);
      if (!ended.isEmpty()) {
        int node = own.ends()[i];
        addTokens(node);
        walk(config(List.copyOf(ended)), node);
      }
    }
  }

  private void addTokens(int node) {
    for (int i = vocabulary.starts[node]; i < vocabulary.starts[node + 1]; i++) {
      collector.add(vocabulary.order[i]);
    }
  }

  private void addBelow(int node) {
    for (int i = vocabulary.starts[node]; i < vocabulary.starts[vocabulary.ends[node]]; i++) {
      collector.add(vocabulary.order[i]);
    }
  }

  private Own own(LexState state) {
    Own own = state.own;
    if (own == null) {
      collector.clear();
      List<Integer> ends = new ArrayList<>();
      List<LexState> reached = new ArrayList<>();
      if (state.isPlainLoop()) {
        vocabulary.addPlain(Integer.MAX_VALUE, collector);
      } else {
        walk(state, 0, ends, reached);
      }
      walk(state, vocabulary.restRoot, ends, reached);
      int[] nodes = ends.stream().mapToInt(i -> i).toArray();
      own = new Own(collector.toSet(), nodes, reached);
      state.own = own;
      withOwn.add(state);
      keptBytes += own.inside().bytes() + nodes.length * 16L;
    }
    return own;
  }

  /** Adds the tokens below a node after which a terminal may go on; notes where it may end. */
  private void walk(LexState from, int root, List<Integer> ends, List<LexState> reached) {
    Vocabulary trie = vocabulary;
    lexPath[trie.depths[root] & 0xff] = from;
    int node = root + 1;
    while (node < trie.ends[root]) {
      int depth = trie.depths[node] & 0xff;
      LexState to = lexPath[depth - 1].next(trie.values[node] & 0xff);
      lexPath[depth] = to;
      if (to.winner != LexState.NONE) {
        ends.add(node);
        reached.add(to);
      }
      if (!to.goesOn) {
        node = trie.ends[node];
      } else if (node < trie.restRoot && to.isPlainLoop() && to.winner == LexState.NONE) {
        addBelow(node);
        node = trie.ends[node];
      } else {
        addTokens(node);
        node++;
      }
    }
  }

  /** Adds the tokens below a node that a configuration at the node allows. */
  private void walk(LexedConfig from, int root) {
    Vocabulary trie = vocabulary;
    path[trie.depths[root] & 0xff] = from;
    int node = root + 1;
    while (node < trie.ends[root]) {
      int depth = trie.depths[node] & 0xff;
      LexedConfig to = path[depth - 1].next(trie.values[node] & 0xff);
      if (to.isDead()) {
        node = trie.ends[node];
        continue;
      }
      path[depth] = to;
      if (node < trie.restRoot && to.isPlainLoop()) {
        addBelow(node);
        node = trie.ends[node];
        continue;
      }
      addTokens(node);
      node++;
    }
  }
}
