package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.ExportedPages;
import io.pie4j.api.Model;
import java.util.Optional;

/**
 * Contexts under names: their pages are exports, what belongs to these is in the store. Each save
 * exports under a name of its own, which the store then gives; so whoever opens a context while it
 * is saved anew gets pages that belong to its tokens.
 */
final class SavedContexts {
  /** What the store calls a context, behind its name. */
  private static final String SUFFIX = ".context";

  private final Api api;

  SavedContexts(Api api) {
    this.api = api;
  }

  Context imported(Model model, String name, int[] tokens) {
    for (ExportedPages export : api.allocate().listExports(model)) {
      if (export.name().equals(name) && export.tokens() != tokens.length) {
        throw new IllegalArgumentException(
            "import: '"
                + name
                + "' has "
                + export.tokens()
                + " tokens; "
                + tokens.length
                + " are given");
      }
    }
    return resumed(new Lease(model, false), Saved.plain(name, model, tokens));
  }

  /** The lease is the context's, or given back. */
  Optional<Context> open(Lease lease, String name) {
    Optional<Saved> saved;
    try {
      saved = find(name).filter(found -> found.model().equals(lease.model.name()));
    } catch (RuntimeException refused) {
      lease.close();
      throw refused;
    }
    if (saved.isEmpty()) {
      lease.close();
      return Optional.empty();
    }
    try {
      return Optional.of(resumed(lease, saved.get()));
    } catch (ApiException failure) {
      if (failure.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty(); // removed, or the engine began anew, which keeps the store alone
      }
      throw failure;
    }
  }

  void save(Context context, String name) {
    String export = name + "." + Long.toHexString(api.runtime().random());
    Saved saved = context.publish(export);
    Optional<Saved> before;
    try {
      before = find(name);
      api.store().set(name + SUFFIX, saved.encode());
    } catch (RuntimeException refused) {
      api.allocate().unexportKvpage(context.model(), export);
      throw refused;
    }
    if (before.isPresent() && before.get().model().equals(saved.model())) {
      unexport(context.model(), before.get().export());
    }
  }

  private Optional<Saved> find(String name) {
    return api.store().get(name + SUFFIX).flatMap(Saved::decode);
  }

  private Context resumed(Lease lease, Saved saved) {
    Context context = Context.create(api, lease);
    try {
      context.resume(saved);
      return context;
    } catch (RuntimeException refused) {
      context.close();
      throw refused;
    }
  }

  private void unexport(Model model, String export) {
    try {
      api.allocate().unexportKvpage(model, export);
    } catch (ApiException failure) {
      if (failure.code() != ErrorCode.NOT_FOUND) {
        throw failure;
      }
    }
  }
}
