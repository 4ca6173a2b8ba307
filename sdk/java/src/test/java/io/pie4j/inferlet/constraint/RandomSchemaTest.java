package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a constraint lets through is valid, and what is valid it lets through; a validator that
 * knows nothing of ours says what is valid.
 */
final class RandomSchemaTest {
  private static final int SCHEMAS = 500;
  private static final Vocabulary VOCABULARY = Vocabularies.random(3, 900);
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  @Test
  void whatIsDrawnIsValid() {
    for (int seed = 0; seed < SCHEMAS; seed++) {
      Random random = new Random(seed);
      RandomSchemas schemas = new RandomSchemas(random);
      String schema = schemas.document().schema().toString();
      String text = drawn(Grammar.jsonSchema(schema).over(VOCABULARY), random);
      assertValid(schema, text, seed);
    }
  }

  /** Draws among all allowed tokens alike, until it is enough. */
  private static String drawn(Constraint constraint, Random random) {
    StringBuilder bytes = new StringBuilder();
    for (int step = 0; step < 30 && !constraint.complete(); step++) {
      int[] allowed = constraint.mask().tokens();
      int token = allowed[random.nextInt(allowed.length)];
      if (!makesExponent(bytes, token)) {
        add(token, constraint, bytes);
      }
    }
    for (int token : constraint.ending()) {
      add(token, constraint, bytes);
    }
    assertThat(constraint.mayEnd()).isTrue();
    return new String(
        bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The validator fails at numbers that no double holds; a digit or a point before an e is one. */
  private static boolean makesExponent(StringBuilder bytes, int token) {
    String text = new String(VOCABULARY.text(token), StandardCharsets.ISO_8859_1);
    String end = bytes.substring(Math.max(0, bytes.length() - 1));
    return (end + text).matches("(?s).*[0-9][eE].*");
  }

  private static void add(int token, Constraint constraint, StringBuilder bytes) {
    constraint.accept(token);
    bytes.append(new String(VOCABULARY.text(token), StandardCharsets.ISO_8859_1));
  }

  @Test
  void whatIsValidIsAllowed() {
    for (int seed = 0; seed < SCHEMAS / 2; seed++) {
      Random random = new Random(seed);
      RandomSchemas schemas = new RandomSchemas(random);
      RandomSchemas.Made made = schemas.document();
      Grammar grammar = Grammar.jsonSchema(made.schema().toString());
      for (int i = 0; i < 1 + seed % 2; i++) {
        String text = schemas.written(made.instance().get());
        assertValid(made.schema().toString(), text, seed);
        Constraint constraint = grammar.over(VOCABULARY);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; ) {
          int token = random.nextBoolean() ? VOCABULARY.longest(bytes, at) : 2 + (bytes[at] & 0xff);
          assertThat(constraint.mask().allows(token))
              .as("seed %d, schema %s, text %s, byte %d", seed, made.schema(), text, at)
              .isTrue();
          constraint.accept(token);
          at += VOCABULARY.text(token).length;
        }
        assertThat(constraint.mayEnd()).isTrue();
      }
    }
  }

  private static void assertValid(String schema, String text, long seed) {
    Schema validator = REGISTRY.getSchema(schema, InputFormat.JSON);
    assertThat(
            validator.validate(
                text,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
        .as("seed %d, schema %s, text %s", seed, schema, text)
        .isEmpty();
  }
}
