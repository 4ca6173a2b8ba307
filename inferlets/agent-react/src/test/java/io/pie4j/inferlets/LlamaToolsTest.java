package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.tools.Tool;
import io.pie4j.inferlet.tools.ToolEvent;
import io.pie4j.inferlet.tools.ToolSyntax;
import io.pie4j.inferlet.tools.Tools;
import io.pie4j.inferlet.tools.Web;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

/**
 * Llama 3's way to call tools, on a model with a tokenizer and a chat template as Llama 3 has them.
 * What it says is forced; all else is what programs of users go through.
 */
final class LlamaToolsTest {
  private static final String TEMPLATE =
      """
      {{- bos_token }}
      {%- for m in messages %}
      {%- set role = 'ipython' if m.role == 'tool' else m.role %}
      {{- '<|start_header_id|>' + role + '<|end_header_id|>\\n\\n' + m.content + '<|eot_id|>' }}
      {%- endfor %}
      {%- if add_generation_prompt %}
      {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
      {%- endif %}
      """;

  private static final List<String> ANSWERS =
      List.of(
          "<|python_tag|>{\"name\": \"weather\", \"parameters\": {\"city\": \"Paris\"}}",
          "{\"name\": \"weather\", \"parameters\": {\"city\": \"Rome\"}}; "
              + "{\"name\": \"weather\", \"parameters\": {\"city\": \"Oslo\"}}",
          "<|python_tag|>weather.call(city=\"Bern\")",
          "{\"name\": \"time\", \"parameters\": {}}",
          "{\"Paris\": \"fog\"} is all that I know.");

  @TempDir private Path folder;

  @Test
  void callsToolsAsLlamaDoes() throws IOException {
    model();
    try (Stage stage = Stage.of(folder);
        ToolServer server = new ToolServer(0, (tool, city) -> "fog in " + city)) {
      List<ToolEvent> events = new ArrayList<>();
      String said = stage.run(program(server.url(), events)).finished().printed();
      assertThat(server.asked())
          .containsExactlyInAnyOrder("weather Paris", "weather Rome", "weather Oslo");
      assertThat(events.stream().filter(e -> e instanceof ToolEvent.Call)).hasSize(4);
      assertThat(events.stream().filter(e -> e instanceof ToolEvent.Malformed)).hasSize(1);
      assertThat(said)
          .startsWith(
              "{\"Paris\": \"fog\"} is all that I know.|<|begin_of_text|><|start_header_id|>system")
          .contains(
              "Environment: ipython",
              "{\"name\": function name, \"parameters\": dictionary of argument name and its value}",
              ANSWERS.get(0) + "<|eot_id|>" + result("fog in Paris"),
              ANSWERS.get(1) + "<|eot_id|>" + result("fog in Rome") + result("fog in Oslo"),
              ANSWERS.get(2) + "<|eot_id|>" + result("error: what follows <|python_tag|> is not"),
              ANSWERS.get(3) + "<|eot_id|>" + result("error: there is no tool 'time'"));
    }
  }

  /** Up to the end of the turn if it is complete. */
  private static String result(String text) {
    String turn = "<|start_header_id|>ipython<|end_header_id|>\n\n" + text;
    return text.startsWith("error") ? turn : turn + "<|eot_id|>";
  }

  private static Program program(String url, List<ToolEvent> events) {
    return api -> {
      Web web = new Web(api, url);
      Tool weather =
          Tool.named("weather", "Get the weather in a city")
              .taking("city", "string")
              .doing(call -> web.get("/weather", "q", call.text("city")));
      try (Context context = Context.create(api)) {
        Tools tools = new Tools(api, ToolSyntax.of(context.model()), List.of(weather));
        tools.equip(context, "");
        context.fillUser("How is the weather?");
        Stop stop = Stop.eos(context.model());
        String answer = tools.run(context, saying(api, context), stop, events::add);
        api.runtime().print(answer + "|");
        context.flush();
        int[] all = context.tokens();
        api.runtime().print(api.tokenize().detokenize(context.model(), all, false));
      }
    };
  }

  private static Sampler saying(Api api, Context context) {
    String script = String.join("<|eot_id|>", ANSWERS) + "<|eot_id|>";
    int[] tokens = api.tokenize().tokenize(context.model(), script, true);
    int[] at = {0};
    return distribution -> tokens[at[0]++];
  }

  /** The embedded model's weights under another vocabulary: what it would say is of no matter. */
  private void model() throws IOException {
    Files.copy(Stage.DEMO.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve("config.json"),
        Files.readString(Stage.DEMO.resolve("config.json"))
            .replace("\"eos_token_id\": 2047", "\"eos_token_id\": 1010"));
    Path packed =
        Stage.ROOT.resolve("engine/model/src/test/resources/tokenizers/llama3.tokenizer.json.gz");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
      String tokenizer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(
          folder.resolve("tokenizer.json"),
          tokenizer.replace("<|reserved_special_token_0|>", "<|python_tag|>"));
    }
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        new ObjectMapper()
            .writeValueAsString(
                java.util.Map.of(
                    "bos_token",
                    "<|begin_of_text|>",
                    "eos_token",
                    "<|eot_id|>",
                    "chat_template",
                    TEMPLATE)));
  }
}
