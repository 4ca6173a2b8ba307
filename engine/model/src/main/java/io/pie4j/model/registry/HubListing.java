package io.pie4j.model.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a repository holds.
 *
 * @param source what was asked for
 * @param commit the revision's commit, whose files never change; empty where the hub does not say
 * @param files its files
 */
record HubListing(HubSource source, Optional<String> commit, List<HubFile> files) {
  static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern SPLIT = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.gguf");
  private static final int SHOWN = 12;

  static HubListing parse(HubSource source, byte[] json, int filesMax) {
    JsonNode root;
    try {
      root = JsonMapper.shared().readTree(json);
    } catch (JacksonException e) {
      throw broken(source, "is not JSON: " + e.getOriginalMessage());
    }
    JsonNode siblings = root.path("siblings");
    if (!siblings.isArray()) {
      throw broken(source, "has no list 'siblings'");
    }
    if (siblings.size() > filesMax) {
      throw broken(source, "has %d files, the limit is %d".formatted(siblings.size(), filesMax));
    }
    List<HubFile> files = new ArrayList<>();
    for (JsonNode sibling : siblings) {
      files.add(file(source, sibling));
    }
    return new HubListing(
        source, text(root, "sha").filter(c -> COMMIT.matcher(c).matches()), List.copyOf(files));
  }

  private static HubFile file(HubSource source, JsonNode sibling) {
    String name = text(sibling, "rfilename").orElse("");
    if (!HubFile.isPlain(name)) {
      throw broken(source, "names the file '" + name + "', which could lie outside its folder");
    }
    JsonNode lfs = sibling.path("lfs");
    JsonNode size = lfs.path("size").isIntegralNumber() ? lfs.path("size") : sibling.path("size");
    OptionalLong bytes =
        size.isIntegralNumber() && size.canConvertToLong() && size.longValue() >= 0
            ? OptionalLong.of(size.longValue())
            : OptionalLong.empty();
    Optional<String> sha256 =
        text(lfs, "sha256")
            .map(s -> s.toLowerCase(Locale.ROOT))
            .filter(s -> SHA_256.matcher(s).matches());
    return new HubFile(name, bytes, sha256);
  }

  /** The revision to ask for files of. */
  String revision() {
    return commit.orElse(source.revision());
  }

  Optional<HubFile> find(String name) {
    return files.stream().filter(f -> f.name().equals(name)).findFirst();
  }

  /** The file of that name, which something else in the repository asks for. */
  HubFile get(String name) {
    return find(name)
        .orElseThrow(() -> new RegistryException.Hub("%s: has no file %s".formatted(source, name)));
  }

  /** The GGUF file that is meant; none if the repository is a Hugging Face directory. */
  Optional<HubFile> gguf() {
    if (source.file().isPresent()) {
      String wanted = source.file().get();
      return Optional.of(
          whole(
              find(wanted)
                  .orElseThrow(() ->
                      new RegistryException.Hub(
                          "%s: there is no such file; there is: %s"
                              .formatted(source, ggufNames())))));
    }
    if (find(ModelFiles.CONFIG).isPresent() && hasSafetensors()) {
      return Optional.empty();
    }
    List<HubFile> choices = ggufs();
    if (choices.size() > 1) {
      throw new RegistryException.Hub(
          "%s: there are %d GGUF files, choose one with %s:FILE: %s"
              .formatted(source, choices.size(), source.id(), ggufNames()));
    }
    if (choices.isEmpty()) {
      throw new RegistryException.Hub(
          source + ": has neither a GGUF file nor config.json with safetensors");
    }
    return Optional.of(whole(choices.getFirst()));
  }

  /** Configuration, tokenizer and chat template of a Hugging Face directory. */
  List<HubFile> texts() {
    get(ModelFiles.CONFIG);
    get(ModelFiles.TOKENIZER);
    return files.stream().filter(f -> ModelFiles.isText(f.name())).toList();
  }

  /** The weights' files of those names. */
  List<HubFile> weights(Set<String> names) {
    return names.stream().map(this::get).toList();
  }

  private HubFile whole(HubFile gguf) {
    if (SPLIT.matcher(gguf.name()).matches()) {
      throw new RegistryException.Hub(
          "%s: %s is a part of a split model, which cannot be opened; choose a GGUF file in one piece"
              .formatted(source, gguf.name()));
    }
    return gguf;
  }

  private boolean hasSafetensors() {
    return find(ModelFiles.WEIGHTS).isPresent() || find(ModelFiles.INDEX).isPresent();
  }

  private List<HubFile> ggufs() {
    return files.stream().filter(f -> f.name().endsWith(".gguf")).toList();
  }

  private String ggufNames() {
    List<HubFile> all = ggufs();
    String shown = all.stream().limit(SHOWN).map(HubFile::name).collect(Collectors.joining(", "));
    return all.isEmpty() ? "no GGUF file" : all.size() > SHOWN ? shown + ", ..." : shown;
  }

  private static Optional<String> text(JsonNode object, String key) {
    JsonNode value = object.path(key);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  private static RegistryException.Hub broken(HubSource source, String problem) {
    return new RegistryException.Hub(source + ": the hub's listing " + problem);
  }
}
