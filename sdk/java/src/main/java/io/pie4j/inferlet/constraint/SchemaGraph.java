package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules of a schema. A node is a set of schemas that hold together; it leads to the nodes of
 * items and members. All nodes are made first, then it is found which of them have a value at all.
 */
final class SchemaGraph {
  private static final int MAX_NODES = 20_000;
  private static final int MAX_COUNTED_PREFIX = 8;

  /** How often overlapping alternatives may come to light before it is given up. */
  private static final int MAX_ROUNDS = 50;

  private final SchemaReader reader;
  private final SchemaOptions options;
  private final Limits limits;
  private final Map<Set<Integer>, SchemaNode> nodes = new HashMap<>();
  private final List<Set<Integer>> work = new ArrayList<>();
  private int done;

  private final Map<String, Set<Integer>> overlapping;

  private SchemaGraph(
      JsonValue schema,
      SchemaOptions options,
      Limits limits,
      Map<String, Set<Integer>> overlapping) {
    this.options = options;
    this.limits = limits;
    this.overlapping = overlapping;
    reader = new SchemaReader(schema, options, limits, overlapping);
  }

  /** The rules of a schema's documents; the first is where they begin. */
  static List<Rule> rules(JsonValue schema, SchemaOptions options, Limits limits) {
    // Alternatives of which one must hold are read as any of them, until some have values in
    // common.
    Map<String, Set<Integer>> overlapping = new HashMap<>();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      SchemaGraph graph = new SchemaGraph(schema, options, limits, overlapping);
      SchemaNode root = graph.node(Set.of(graph.reader.root()));
      graph.finish();
      if (!graph.findsOverlaps()) {
        return graph.rules(root);
      }
    }
    throw new ConstraintException("schema #: too many branches of oneOf have values in common");
  }

  private List<Rule> rules(SchemaNode root) {
    if (root.leastBytes() >= State.NEVER) {
      throw new ConstraintException("schema #: there is no value that it allows");
    }
    List<Rule> rules = new ArrayList<>();
    rules.add(new ValueRules.Document(root.rule(), options.maxSpaces()));
    for (SchemaNode node : nodes.values()) {
      rules.add(node.rule());
      rules.addAll(node.rules());
    }
    return rules;
  }

  private SchemaNode node(Set<Integer> schemas) {
    SchemaNode node = nodes.get(schemas);
    if (node == null) {
      if (nodes.size() == MAX_NODES) {
        throw new ConstraintException(
            "the schema has more than " + MAX_NODES + " combinations of schemas");
      }
      node = new SchemaNode();
      nodes.put(schemas, node);
      work.add(schemas);
    }
    return node;
  }

  /** Makes the nodes that were asked for and all that they lead to, and measures all. */
  private void finish() {
    for (; done < work.size(); done++) {
      add(work.get(done));
    }
    boolean news = true;
    while (news) {
      news = false;
      for (int i = work.size() - 1; i >= 0; i--) {
        news |= node(work.get(i)).measure();
      }
    }
  }

  private void add(Set<Integer> schemas) {
    List<Shape> shapes = List.of(Shape.ANY);
    for (int schema : schemas) {
      shapes = reader.cross(shapes, reader.read(schema));
    }
    SchemaNode node = node(schemas);
    try {
      shapes.forEach(shape -> addKinds(node, shape));
    } catch (ConstraintException wrong) {
      String what = String.valueOf(wrong.getMessage());
      throw what.startsWith("schema ") || schemas.isEmpty()
          ? wrong
          : SchemaReader.wrong(reader.path(schemas.iterator().next()), what);
    }
  }

  /** What is said to be one of several must not be two of them; here it is if no value can. */
  private boolean findsOverlaps() {
    boolean news = false;
    for (SchemaReader.OneOf oneOf : reader.oneOfs()) {
      List<Integer> branches = oneOf.branches();
      if ((long) branches.size() * branches.size() > limits.states()) {
        throw new ConstraintException("schema " + oneOf.path() + ": oneOf has too many branches");
      }
      Set<Integer> known = overlapping.computeIfAbsent(oneOf.path(), path -> new TreeSet<>());
      for (int i = 0; i < branches.size(); i++) {
        for (int j = 0; j < i; j++) {
          if (!known.contains(SchemaReader.pair(i, j)) && overlap(oneOf, i, j)) {
            known.add(SchemaReader.pair(i, j));
            news = true;
          }
        }
      }
    }
    return news;
  }

  private boolean overlap(SchemaReader.OneOf oneOf, int i, int j) {
    SchemaNode both =
        node(
            new TreeSet<>(
                List.of(oneOf.context(), oneOf.branches().get(i), oneOf.branches().get(j))));
    finish();
    return both.leastBytes() < State.NEVER;
  }

  private void addKinds(SchemaNode node, Shape shape) {
    addWord(node, shape, Shape.NULL, "null");
    addWord(node, shape, Shape.TRUE, "true");
    addWord(node, shape, Shape.FALSE, "false");
    if ((shape.types() & Shape.NUMBER) != 0) {
      NumberRule rule = new NumberRule(shape.number(), limits);
      node.add(rule::leastBytes, () -> rule);
    }
    if ((shape.types() & Shape.STRING) != 0) {
      addText(node, shape.text());
    }
    if ((shape.types() & Shape.ARRAY) != 0) {
      addArray(node, shape.array());
    }
    if ((shape.types() & Shape.OBJECT) != 0) {
      addObject(node, shape.object());
    }
  }

  private static void addWord(SchemaNode node, Shape shape, int type, String word) {
    if ((shape.types() & type) != 0) {
      node.add(word::length, () -> new ValueRules.Word(word));
    }
  }

  private void addText(SchemaNode node, Shape.TextSpec text) {
    CharDfa dfa = text.patterns().isEmpty() ? CharDfa.any() : CharDfa.all(text.patterns(), limits);
    if (text.min() > text.max() || dfa.isEmpty()) {
      return;
    }
    TextRule rule = new TextRule(dfa, true, text.min(), text.max());
    if (!rule.isEmpty()) {
      node.add(rule::leastBytes, () -> rule);
    }
  }

  private void addArray(SchemaNode node, Shape.ArraySpec array) {
    ItemPlan plan = array.unique() && array.max() > 1 ? unique(array) : counted(array);
    node.add(() -> ArrayRule.leastBytes(plan), () -> new ArrayRule(plan, options.maxSpaces()));
  }

  private ItemPlan unique(Shape.ArraySpec array) {
    Set<Integer> schemas = new TreeSet<>();
    for (Shape.Items items : array.items()) {
      if (!items.prefix().isEmpty()) {
        throw new ConstraintException("uniqueItems together with prefixItems is not supported");
      }
      items.rest().ifPresent(schemas::add);
    }
    if (!array.contains().isEmpty()) {
      throw new ConstraintException("uniqueItems together with contains is not supported");
    }
    Set<JsonValue> values =
        reader
            .literals()
            .valuesOf(List.copyOf(schemas))
            .orElseThrow(() ->
                new ConstraintException(
                    "uniqueItems is supported where enum or const name the items, not here"));
    List<SchemaNode> nodes = new ArrayList<>();
    for (JsonValue value : values) {
      Set<Integer> one = new TreeSet<>(schemas);
      one.add(reader.constant(value));
      nodes.add(node(one));
    }
    return new ItemPlan.Unique(nodes, array.min(), array.max());
  }

  private ItemPlan counted(Shape.ArraySpec array) {
    int prefixes = 0;
    for (Shape.Items items : array.items()) {
      prefixes = Math.max(prefixes, items.prefix().size());
    }
    List<SchemaNode> prefix = new ArrayList<>();
    for (int i = 0; i < prefixes && i < array.max(); i++) {
      prefix.add(node(item(array, i)));
    }
    SchemaNode rest = node(item(array, prefixes));
    if (array.contains().isEmpty()) {
      return ItemPlan.Counted.all(prefix, rest, array.min(), array.max());
    }
    Shape.Contains contains = array.contains().get(0);
    if (array.contains().size() > 1 || prefixes - contains.from() > MAX_COUNTED_PREFIX) {
      throw new ConstraintException(
          array.contains().size() > 1
              ? "contains is supported once an array, not twice"
              : "contains is supported with at most " + MAX_COUNTED_PREFIX + " prefixItems");
    }
    List<SchemaNode> wanted = new ArrayList<>();
    List<SchemaNode> others = new ArrayList<>();
    for (int i = 0; i <= Math.max(prefixes, contains.from()); i++) {
      Set<Integer> with = item(array, i);
      with.add(contains.schema());
      wanted.add(node(with));
      Set<Integer> without = item(array, i);
      if (contains.max() != Expr.UNBOUNDED) {
        without.add(reader.negated(contains.schema()));
      }
      others.add(node(without));
    }
    return new ItemPlan.Counted(
        prefix,
        rest,
        array.min(),
        array.max(),
        wanted,
        others,
        contains.from(),
        contains.min(),
        contains.max());
  }

  private static Set<Integer> item(Shape.ArraySpec array, int index) {
    Set<Integer> schemas = new TreeSet<>();
    for (Shape.Items items : array.items()) {
      if (index < items.prefix().size()) {
        schemas.add(items.prefix().get(index));
      } else {
        items.rest().ifPresent(schemas::add);
      }
    }
    return schemas;
  }

  private void addObject(SchemaNode node, Shape.ObjectSpec object) {
    if (!object.dependent().isEmpty() && object.max() != Expr.UNBOUNDED) {
      throw new ConstraintException(
          "dependentRequired together with maxProperties is not supported");
    }
    ObjectRule.Members members = new MemberKinds(object).members();
    // Of members without a name of their own, two may have the same one, and then count as one.
    boolean open = members.kinds().stream().anyMatch(kind -> !kind.hasName());
    if (open && object.min() > object.required().size() + 1) {
      throw new ConstraintException(
          "minProperties "
              + object.min()
              + " is not supported where names are open: at most one more than are required");
    }
    node.add(members::leastBytes, () -> new ObjectRule(members, options.maxSpaces()));
  }

  /** Sorts members' names into kinds. */
  private final class MemberKinds {
    private final Shape.ObjectSpec object;
    private final List<String> names;
    private final List<Shape.ByPattern> patterns = new ArrayList<>();
    private final List<ObjectRule.Kind> kinds = new ArrayList<>();
    private final Map<List<Object>, Integer> ids = new HashMap<>();
    private final Map<String, Integer> idsByName = new TreeMap<>();

    MemberKinds(Shape.ObjectSpec object) {
      this.object = object;
      Set<String> all = new TreeSet<>(object.required());
      for (Shape.Properties properties : object.properties()) {
        all.addAll(properties.byName().keySet());
        patterns.addAll(properties.byPattern());
      }
      object
          .dependent()
          .forEach((name, needs) -> {
            all.add(name);
            all.addAll(needs);
          });
      names = List.copyOf(all);
    }

    ObjectRule.Members members() {
      List<CharDfa> parts = new ArrayList<>();
      parts.add(CharDfa.literals(names));
      parts.add(CharDfa.any());
      object.names().forEach(schema -> parts.add(nameTexts(schema)));
      int firstPattern = parts.size();
      patterns.forEach(pattern -> parts.add(pattern.pattern()));
      CharDfa dfa =
          CharDfa.product(
              parts,
              labels -> {
                for (int i = 1; i < firstPattern; i++) {
                  if (labels[i] == CharDfa.NONE) {
                    return CharDfa.NONE;
                  }
                }
                BitSet matched = new BitSet();
                for (int i = firstPattern; i < labels.length; i++) {
                  matched.set(i - firstPattern, labels[i] != CharDfa.NONE);
                }
                return kind(labels[0], matched);
              },
              limits);
      // Kinds whose names no text has: required, but forbidden as names.
      for (int i = 0; i < names.size(); i++) {
        if (!idsByName.containsKey(names.get(i))) {
          idsByName.put(names.get(i), kinds.size());
          kinds.add(kind(names.get(i), true, new SchemaNode()));
        }
      }
      idsByName.forEach((name, id) -> addNeeds(kinds.get(id).needs(), id));
      return new ObjectRule.Members(dfa, kinds, object.min(), object.max());
    }

    private void addNeeds(BitSet needs, int id) {
      if (!needs.get(id)) {
        needs.set(id);
        for (String needed : object.dependent().getOrDefault(kinds.get(id).name(), Set.of())) {
          addNeeds(needs, idsByName.getOrDefault(needed, id));
        }
      }
    }

    private ObjectRule.Kind kind(String name, boolean hasName, SchemaNode value) {
      return new ObjectRule.Kind(
          name, hasName, hasName && object.required().contains(name), new BitSet(), value);
    }

    private int kind(int nameIndex, BitSet matched) {
      return ids.computeIfAbsent(
          List.of(nameIndex, matched),
          key -> {
            boolean hasName = nameIndex != CharDfa.NONE;
            String name = hasName ? names.get(nameIndex) : "";
            kinds.add(kind(name, hasName, node(schemas(name, hasName, matched))));
            if (hasName) {
              idsByName.put(name, kinds.size() - 1);
            }
            return kinds.size() - 1;
          });
    }

    /** All schemas that hold for a member. */
    private Set<Integer> schemas(String name, boolean hasName, BitSet matched) {
      Set<Integer> schemas = new TreeSet<>();
      int pattern = 0;
      for (Shape.Properties properties : object.properties()) {
        boolean found = false;
        if (hasName && properties.byName().containsKey(name)) {
          schemas.add(properties.byName().getOrDefault(name, 0));
          found = true;
        }
        for (Shape.ByPattern byPattern : properties.byPattern()) {
          if (matched.get(pattern++)) {
            schemas.add(byPattern.schema());
            found = true;
          }
        }
        if (!found) {
          properties.additional().ifPresent(schemas::add);
        }
      }
      return schemas;
    }

    /** Names that a schema of names allows. */
    private CharDfa nameTexts(int schema) {
      List<CharDfa> any = new ArrayList<>();
      for (Shape shape : reader.read(schema)) {
        if ((shape.types() & Shape.STRING) != 0) {
          List<CharDfa> all = new ArrayList<>(shape.text().patterns());
          all.add(CharDfa.ofLength(shape.text().min(), shape.text().max(), limits));
          any.add(CharDfa.all(all, limits));
        }
      }
      return CharDfa.any(any, limits);
    }
  }
}
