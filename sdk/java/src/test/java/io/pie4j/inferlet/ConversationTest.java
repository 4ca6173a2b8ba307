package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.ChatMessage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations of several turns, by templates of the kinds that models come with. */
final class ConversationTest {
  static final FakeModel CHATML =
      model(
          "",
          "<|im_end|>",
          """
          {%- for message in messages %}
          {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}
          {%- endfor %}
          {%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}\
          """);

  /** Trims every content. */
  static final FakeModel LLAMA3 =
      model(
          "<|begin_of_text|>",
          "<|eot_id|>",
          """
          {%- for message in messages %}
          {%- set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'
              + message['content'] | trim + '<|eot_id|>' %}
          {%- if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}
          {{- content }}
          {%- endfor %}
          {%- if add_generation_prompt %}
          {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
          {%- endif %}\
          """);

  /** No cue, a space before answers, roles must alternate. */
  private static final FakeModel MISTRAL =
      model(
          "<s>",
          "</s>",
          """
          {{- bos_token }}
          {%- for message in messages %}
          {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
          {{- raise_exception('roles must alternate') }}
          {%- endif %}
          {%- if message['role'] == 'user' %}
          {{- '[INST] ' + message['content'] + ' [/INST]' }}
          {%- else %}{{- ' ' + message['content'] | trim + ' ' + eos_token }}{%- endif %}
          {%- endfor %}\
          """);

  /** Begins the reasoning in the cue, and leaves it out of earlier answers. */
  private static final FakeModel THINKING =
      model(
          "",
          "<|im_end|>",
          """
          {%- for message in messages %}
          {%- set content = message.content %}
          {%- if '</think>' in content %}
          {%- set content = content.split('</think>')[-1].lstrip('\n') %}
          {%- endif %}
          {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>\n' }}
          {%- endfor %}
          {%- if add_generation_prompt %}{{- '<|im_start|>assistant\n<think>\n' }}{%- endif %}\
          """);

  /** Moves the system message to the last message of the user. */
  private static final FakeModel SYSTEM_LAST =
      model(
          "<s>",
          "</s>",
          """
          {%- set system = messages[0].content %}
          {{- bos_token }}
          {%- for message in messages[1:] %}
          {%- if message.role == 'user' and loop.last %}
          {{- '[INST] ' + system + '\n\n' + message.content + '[/INST]' }}
          {%- elif message.role == 'user' %}{{- '[INST] ' + message.content + '[/INST]' }}
          {%- else %}{{- message.content + eos_token }}{%- endif %}
          {%- endfor %}\
          """);

  /** Closes a conversation that is not gone on with. */
  private static final FakeModel CLOSING =
      model(
          "",
          "<|end|>",
          """
          {%- for message in messages %}
          {{- '<|' + message.role + '|>\n' + message.content + '<|end|>\n' }}
          {%- endfor %}
          {%- if add_generation_prompt %}{{- '<|assistant|>\n' }}
          {%- else %}{{- '</s>' }}{%- endif %}\
          """);

  private static FakeModel model(String bos, String eos, String template) {
    return new FakeModel(16, 4096, Optional.of(template), bos, eos);
  }

  @Test
  void writesChatMl() {
    assertThat(twoTurns(CHATML, true, "Hello.<|im_end|>"))
        .isEqualTo(
            """
            <|im_start|>system
            Be kind.<|im_end|>
            <|im_start|>user
            Hi<|im_end|>
            <|im_start|>assistant
            Hello.<|im_end|>
            <|im_start|>user
            Bye<|im_end|>
            <|im_start|>assistant
            """);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void writesWhatTheWholeConversationIs(boolean ended) {
    for (FakeModel model : List.of(CHATML, LLAMA3)) {
      String stop = ended ? model.decode(model.stopTokens()) : "";
      assertThat(twoTurns(model, true, "Hello." + stop))
          .isEqualTo(
              model.formatChat(
                  List.of(
                      new ChatMessage("system", "Be kind."),
                      new ChatMessage("user", "Hi"),
                      new ChatMessage("assistant", "Hello."),
                      new ChatMessage("user", "Bye")),
                  true));
    }
  }

  /** The answer stays as generated, whatever the template would make of it. */
  @ParameterizedTest
  @ValueSource(strings = {"  Hello. \n", "  Hello. \n<|eot_id|>", "", "<|eot_id|>"})
  void keepsAnswersThatATemplateTrims(String answer) {
    assertThat(twoTurns(LLAMA3, true, answer))
        .isEqualTo(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n"
                + answer.replace("<|eot_id|>", "")
                + "<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n");
  }

  @Test
  void followsAnAnswerByWhatTheTemplateWritesBehindIt() {
    assertThat(twoTurns(MISTRAL, false, " Hello.</s>"))
        .isEqualTo("<s>[INST] Hi [/INST] Hello.</s>[INST] Bye [/INST]");
    assertThat(twoTurns(MISTRAL, false, " Hello"))
        .isEqualTo("<s>[INST] Hi [/INST] Hello </s>[INST] Bye [/INST]");
  }

  @Test
  void keepsReasoning() {
    assertThat(twoTurns(THINKING, false, "Hm.\n</think>\n\nHello.<|im_end|>"))
        .isEqualTo(
            """
            <|im_start|>user
            Hi<|im_end|>
            <|im_start|>assistant
            <think>
            Hm.
            </think>

            Hello.<|im_end|>
            <|im_start|>user
            Bye<|im_end|>
            <|im_start|>assistant
            <think>
            """);
  }

  /** A token that ends answers but is not the one that the template writes. */
  @Test
  void keepsAnotherStopToken() {
    assertThat(twoTurns(CHATML, false, "Hello.</s>"))
        .contains("Hello.</s><|im_end|>\n<|im_start|>user\nBye");
  }

  @Test
  void saysThatATemplateRewritesEarlierTurns() {
    FakeEngine engine = new FakeEngine(SYSTEM_LAST).says("Hello.</s>");
    try (Context context = Context.create(engine.api())) {
      context.fillSystem("Be kind.");
      context.fillUser("Hi");
      answer(context, SYSTEM_LAST);
      assertThat(SYSTEM_LAST.decode(context.tokens()))
          .isEqualTo("<s>[INST] Be kind.\n\nHi[/INST]Hello.</s>");
      context.fillUser("Bye");
      assertThatThrownBy(() -> context.decodeStepDist(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the chat template of model fake writes earlier messages differently once others"
                  + " follow, and they are computed already; begin a new context with all messages");
    }
    engine.assertNothingHeld();
  }

  @Test
  void goesOnForManyTurns() {
    StringBuilder expected = new StringBuilder();
    FakeEngine engine = new FakeEngine(CHATML);
    try (Context context = Context.create(engine.api())) {
      for (int turn = 0; turn < 12; turn++) {
        String question = turn == 5 ? "WhatTheModelSaidIn1Th, WhatTheModelSaidX" : "Q" + turn;
        context.fillUser(question);
        engine.says("A" + turn + (turn % 3 == 0 ? "" : "<|im_end|>"));
        context.generate(
            Sampler.greedy(), turn % 3 == 0 ? Stop.maxTokens(2 + turn / 10) : Stop.eos(CHATML));
        expected
            .append("<|im_start|>user\n" + question + "<|im_end|>\n<|im_start|>assistant\nA")
            .append(turn + "<|im_end|>\n");
      }
      context.fillUser("Q");
      expected.append("<|im_start|>user\nQ<|im_end|>\n");
      assertThat(CHATML.decode(context.tokens())).isEqualTo(expected.toString());
      context.flush();
      assertThat(engine.cache()).isEqualTo(expected.toString());
    }
  }

  /** A loop of the program's own is as good as generate. */
  @Test
  void answersTokenByToken() {
    FakeEngine engine = new FakeEngine(CHATML).says("Hello.");
    try (Context context = Context.create(engine.api())) {
      context.fillUser("Hi");
      for (int i = 0; i < 6; i++) {
        context.decodeStep(Sampler.greedy());
      }
      context.fillTokens(CHATML.encode(" Well?"));
      context.fillUser("Bye");
      context.decodeStepDist(1);
      assertThat(CHATML.decode(context.tokens()))
          .isEqualTo(
              """
              <|im_start|>user
              Hi<|im_end|>
              <|im_start|>assistant
              Hello. Well?<|im_end|>
              <|im_start|>user
              Bye<|im_end|>
              <|im_start|>assistant
              """);
    }
  }

  @Test
  void beginsAnAnswerWithFilledText() {
    FakeEngine engine = new FakeEngine(CHATML).says(" 4.<|im_end|>");
    try (Context context = Context.create(engine.api())) {
      context.fillUser("2 + 2?");
      context.fill("It is");
      answer(context, CHATML);
      context.fillUser("Sure?");
      assertThat(CHATML.decode(context.tokens()))
          .isEqualTo(
              """
              <|im_start|>user
              2 + 2?<|im_end|>
              <|im_start|>assistant
              It is 4.<|im_end|>
              <|im_start|>user
              Sure?<|im_end|>
              """);
    }
  }

  @Test
  void cuesAfterFlushUnlessTextFollows() {
    String asked = "<|im_start|>user\nHi<|im_end|>\n";
    FakeEngine engine = new FakeEngine(CHATML);
    try (Context context = Context.create(engine.api())) {
      context.fillUser("Hi");
      context.flush();
      assertThat(engine.cache()).isEqualTo(asked);
      context.decodeStepDist(1);
      context.decodeStepDist(1);
      assertThat(engine.cache()).isEqualTo(asked + "<|im_start|>assistant\n");
    }
    FakeEngine another = new FakeEngine(CHATML);
    try (Context context = Context.create(another.api())) {
      context.fillUser("Hi");
      context.flush();
      context.fill("raw");
      context.decodeStepDist(1);
      assertThat(another.cache()).isEqualTo(asked + "raw");
    }
  }

  /** Messages of the assistant that the program writes itself. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesAnswersOfTheProgram(boolean lookedAtFirst) {
    for (FakeModel model : List.of(CHATML, LLAMA3, MISTRAL)) {
      List<ChatMessage> messages =
          List.of(
              new ChatMessage("user", " Hi "),
              new ChatMessage("assistant", " Hello. "),
              new ChatMessage("user", "Bye"));
      try (Context context = Context.create(new FakeEngine(model).api())) {
        context.fillUser(" Hi ");
        if (lookedAtFirst) {
          context.decodeStepDist(10);
        }
        context.fillAssistant(" Hello. ");
        context.fillUser("Bye");
        context.decodeStepDist(10);
        assertThat(model.decode(context.tokens())).isEqualTo(model.formatChat(messages, true));
      }
    }
  }

  /** Looking at what the model would say is an answer without words. */
  @Test
  void endsAnAnswerWithoutWords() {
    try (Context context = Context.create(new FakeEngine(CHATML).api())) {
      context.fillUser("Hi");
      context.decodeStepDist(10);
      context.fillUser("Bye");
      assertThat(CHATML.decode(context.tokens()))
          .isEqualTo(
              """
              <|im_start|>user
              Hi<|im_end|>
              <|im_start|>assistant
              <|im_end|>
              <|im_start|>user
              Bye<|im_end|>
              """);
    }
  }

  @Test
  void leavesAConversationOpen() {
    FakeEngine engine = new FakeEngine(CLOSING).says("Hello.<|end|>");
    try (Context context = Context.create(engine.api())) {
      context.fillUser("Hi");
      context.flush();
      assertThat(engine.cache()).isEmpty();
      answer(context, CLOSING);
      context.fillUser("Bye");
      context.decodeStepDist(1);
      assertThat(CLOSING.decode(context.tokens()))
          .isEqualTo(
              """
              <|user|>
              Hi<|end|>
              <|assistant|>
              Hello.<|end|>
              <|user|>
              Bye<|end|>
              <|assistant|>
              """);
    }
  }

  /** Special tokens come from the template, and also from messages: they are parsed together. */
  @Test
  void givesAnswersWithoutSpecialTokens() {
    FakeEngine engine = new FakeEngine(CHATML).says("Hel<|end|>lo<|im_end|>");
    try (Context context = Context.create(engine.api())) {
      context.fillUser("Hi");
      assertThat(answer(context, CHATML)).isEqualTo("Hello");
      context.fillUser("Bye");
      assertThat(CHATML.decode(context.tokens())).contains("Hel<|end|>lo<|im_end|>\n<|im_start|>");
    }
  }

  private static String twoTurns(FakeModel model, boolean system, String answer) {
    FakeEngine engine = new FakeEngine(model).says(answer);
    try (Context context = Context.create(engine.api())) {
      if (system) {
        context.fillSystem("Be kind.");
      }
      context.fillUser("Hi");
      for (int i = 0; i < model.encode(answer).length; i++) {
        context.decodeStep(Sampler.greedy());
      }
      if (answer.isEmpty()) {
        context.decodeStepDist(1);
      }
      context.fillUser("Bye");
      context.decodeStepDist(1);
      String text = model.decode(context.tokens());
      assertThat(engine.cache()).isEqualTo(text);
      return text;
    }
  }

  private static String answer(Context context, FakeModel model) {
    return context.generate(Sampler.greedy(), Stop.maxTokens(99).or(Stop.eos(model))).text();
  }
}
