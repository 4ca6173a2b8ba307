package io.pie4j.model.registry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on a hub.
 *
 * @param id {@code owner/name}
 * @param revision a branch, tag or commit
 * @param file the GGUF file that is meant, where the repository has several
 */
public record HubSource(String id, String revision, Optional<String> file) {
  private static final String DEFAULT_REVISION = "main";
  private static final Pattern FORM = Pattern.compile("([^@:]+)(?:@([^:]+))?(?::(.+))?");
  private static final Pattern ID = Pattern.compile("\\w[\\w.-]{0,95}/\\w[\\w.-]{0,95}");
  private static final Pattern REVISION = Pattern.compile("\\w[\\w./-]{0,127}");

  /** Checks each part: they become parts of addresses and of files' names. */
  public HubSource {
    if (!ID.matcher(id).matches() || id.contains("..")) {
      throw refused(id, "expected owner/name");
    }
    if (!REVISION.matcher(revision).matches() || revision.contains("..")) {
      throw refused(revision, "expected a branch, a tag or a commit after @");
    }
    if (file.isPresent() && !(HubFile.isPlain(file.get()) && file.get().endsWith(".gguf"))) {
      throw refused(file.get(), "expected a .gguf file of the repository after :");
    }
  }

  /**
   * Reads {@code owner/name[@revision][:file.gguf]}.
   *
   * @throws RegistryException.Refused if it is nothing of the kind
   */
  public static HubSource parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw refused(text, "expected owner/name[@revision][:file.gguf]");
    }
    return new HubSource(
        parts.group(1),
        Optional.ofNullable(parts.group(2)).orElse(DEFAULT_REVISION),
        Optional.ofNullable(parts.group(3)));
  }

  /** A name for the model, from the repository's or the file's. */
  public String suggestName() {
    String base = file.map(HubFile::lastSegment).orElse(id.substring(id.indexOf('/') + 1));
    return ModelNames.require(ModelNames.nearest(base.replaceFirst("(?i)\\.gguf$", "")));
  }

  /** A file name for work on this source; the revision is not part of it. */
  String key() {
    String readable = ModelNames.nearest(id.replace('/', '-'));
    return readable + "-" + Integer.toHexString((id + ":" + file.orElse("")).hashCode());
  }

  @Override
  public String toString() {
    return id + "@" + revision + file.map(f -> ":" + f).orElse("");
  }

  private static RegistryException.Refused refused(String found, String expected) {
    String shown = found.length() <= 100 ? found : found.substring(0, 100) + "...";
    return new RegistryException.Refused(
        "'%s' names no model of a hub: %s".formatted(shown, expected));
  }
}
