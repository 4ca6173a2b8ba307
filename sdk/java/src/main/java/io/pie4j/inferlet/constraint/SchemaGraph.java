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

  private final SchemaReader reader;
  private final SchemaOptions options;
  private final Limits limits;
  private final Map<Set<Integer>, SchemaNode> nodes = new HashMap<>();
  private final List<Set<Integer>> work = new ArrayList<>();
  private int done;

  private SchemaGraph(JsonValue schema, SchemaOptions options, Limits limits) {
    this.options = options;
    this.limits = limits;
    reader = new SchemaReader(schema, options, limits);
  }

  /** The rules of a schema's documents; the first is where they begin. */
  static List<Rule> rules(JsonValue schema, SchemaOptions options, Limits limits) {
    return new SchemaGraph(schema, options, limits).rules();
  }

  private List<Rule> rules() {
    SchemaNode root = node(Set.of(reader.root()));
    finish();
    checkOneOfs();
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
      List<Shape> shapes = List.of(Shape.ANY);
      for (int schema : work.get(done)) {
        shapes = reader.cross(shapes, reader.read(schema));
      }
      SchemaNode node = node(work.get(done));
      shapes.forEach(shape -> addKinds(node, shape));
    }
    boolean news = true;
    while (news) {
      news = false;
      for (int i = work.size() - 1; i >= 0; i--) {
        news |= node(work.get(i)).measure();
      }
    }
  }

  /** What is said to be one of several must not be two of them; here it is if no value can. */
  private void checkOneOfs() {
    for (SchemaReader.OneOf oneOf : reader.oneOfs()) {
      List<Integer> branches = oneOf.branches();
      if ((long) branches.size() * branches.size() > limits.states()) {
        throw new ConstraintException("schema " + oneOf.path() + ": oneOf has too many branches");
      }
      for (int i = 0; i < branches.size(); i++) {
        for (int j = 0; j < i; j++) {
          Set<Integer> both =
              new TreeSet<>(List.of(oneOf.context(), branches.get(i), branches.get(j)));
          SchemaNode node = node(both);
          finish();
          if (node.leastBytes() < State.NEVER) {
            throw new ConstraintException(
                "schema "
                    + oneOf.path()
                    + ": branches "
                    + j
                    + " and "
                    + i
                    + " of oneOf have values in common, which is not supported; use anyOf");
          }
        }
      }
    }
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
    int prefixes = 0;
    for (Shape.Items items : array.items()) {
      prefixes = Math.max(prefixes, items.prefix().size());
    }
    List<SchemaNode> prefix = new ArrayList<>();
    for (int i = 0; i < prefixes && i < array.max(); i++) {
      prefix.add(item(array, i));
    }
    SchemaNode rest = item(array, prefixes);
    ArrayRule rule = new ArrayRule(prefix, rest, array.min(), array.max(), options.maxSpaces());
    node.add(rule::leastBytes, () -> rule);
  }

  private SchemaNode item(Shape.ArraySpec array, int index) {
    Set<Integer> schemas = new TreeSet<>();
    for (Shape.Items items : array.items()) {
      if (index < items.prefix().size()) {
        schemas.add(items.prefix().get(index));
      } else {
        items.rest().ifPresent(schemas::add);
      }
    }
    return node(schemas);
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
