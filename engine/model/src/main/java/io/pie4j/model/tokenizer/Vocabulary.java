package io.pie4j.model.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** All tokens of a tokenizer, its model's and the added ones: names by id and ids by name. */
final class Vocabulary {
  private final List<String> written;
  private final Map<String, Integer> ids;
  private final Map<String, Integer> specials = new LinkedHashMap<>();
  private final BitSet special = new BitSet();

  /**
   * @param written by id, the name from which text is made
   * @param ids the ids by their own names
   */
  Vocabulary(List<String> written, Map<String, Integer> ids, Collection<AddedToken> added) {
    this.written = List.copyOf(written);
    this.ids = ids;
    var byId = new ArrayList<>(added);
    byId.sort((a, b) -> Integer.compare(a.id(), b.id()));
    for (var token : byId) {
      if (token.special()) {
        special.set(token.id());
        specials.put(token.content(), token.id());
      }
    }
  }

  /**
   * The tokens of a model and those added to it.
   *
   * @param where what to name in errors
   * @throws TokenizerException.Broken unless the ids are 0, 1, 2, … each once
   */
  static Vocabulary union(
      String where,
      Map<String, Integer> model,
      Collection<AddedToken> added,
      Normalization normalization) {
    var ids = new HashMap<>(model);
    added.forEach(token -> ids.put(token.content(), token.id()));
    var names = names(where, ids);
    for (var token : added) {
      if (token.normalized()) {
        names.set(token.id(), normalization.apply(token.content()));
      }
    }
    return new Vocabulary(names, ids, added);
  }

  private static List<String> names(String where, Map<String, Integer> ids) {
    if (ids.isEmpty()) {
      throw new TokenizerException.Broken(where, "no tokens");
    }
    var names = new @Nullable String[ids.size()];
    ids.forEach((name, id) -> {
      if (id >= names.length) {
        throw new TokenizerException.Broken(
            where,
            String.format(
                "'%s' has id %d, but %d tokens have ids 0 to %d without holes",
                name, id, names.length, names.length - 1));
      }
      if (names[id] != null) {
        throw new TokenizerException.Broken(
            where, String.format("'%s' and '%s' have the same id %d", names[id], name, id));
      }
      names[id] = name;
    });
    // As many names as places, and no place taken twice: all are taken.
    return Arrays.asList(names);
  }

  int size() {
    return written.size();
  }

  boolean has(int id) {
    return id >= 0 && id < written.size();
  }

  /** The name from which text is made: for tokens found in normalized text, normalized itself. */
  String written(int id) {
    return written.get(id);
  }

  boolean isSpecial(int id) {
    return id >= 0 && special.get(id);
  }

  /** By name, in the order of their ids. */
  Map<String, Integer> specials() {
    return Collections.unmodifiableMap(specials);
  }

  OptionalInt id(String name) {
    var id = ids.get(name);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
