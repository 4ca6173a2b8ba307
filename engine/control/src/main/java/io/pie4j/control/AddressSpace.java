package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.DriverInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one program holds of one model: virtual pages and embeds under ids of its own, and command
 * queues. Any thread may use it; a program never sees another's ids.
 *
 * <p>{@link #close} gives everything back however the program ended: queued commands are dropped,
 * unanswered futures fail with {@link Code#TERMINATED}, memory is free as soon as no pass under way
 * uses it.
 */
public final class AddressSpace implements AutoCloseable {
  private final String owner;
  private final Quotas quotas;
  private final ControlLoop loop;
  private final SpaceState state;

  // All below is guarded by this object's lock, which the loop never takes.
  private final IdTable<VirtualPage> pages = new IdTable<>();
  private final IdTable<VirtualEmbed> embeds = new IdTable<>();
  private final Map<Adapters.Entry, Integer> adapters = new HashMap<>();
  private int adaptersComing;
  private int queuesOpen;
  private long call;
  private @Nullable ControlException closed;

  AddressSpace(String owner, UserAccount user, Quotas quotas, ControlLoop loop) {
    this.owner = owner;
    this.quotas = quotas;
    this.loop = loop;
    this.state = new SpaceState(quotas, user);
    loop.put(new Message.SpaceOpened(state));
  }

  public String owner() {
    return owner;
  }

  public Quotas quotas() {
    return quotas;
  }

  /** Whose program it is. */
  public String user() {
    return state.user.name;
  }

  /**
   * Runs the action if the controller ends the program to free memory for others, with the reason
   * that its calls and futures give from then on; at once if it has ended it already. The action
   * must be short: it may run on the controller's loop. The space must be closed nevertheless.
   */
  public void onEnded(Consumer<ControlException> action) {
    var _ = state.ended.thenAccept(action);
  }

  /**
   * Says that the program does not need its pages until the scope is closed, or until it enqueues a
   * command that needs them. Scopes may overlap.
   *
   * @throws ControlException TERMINATED
   */
  public IdleScope idle() {
    synchronized (this) {
      requireOpen();
    }
    state.idleScopes.incrementAndGet();
    loop.put(new Message.Idle());
    return new IdleScope(state.idleScopes::decrementAndGet);
  }

  /**
   * A new queue of normal priority.
   *
   * @throws ControlException QUOTA_EXCEEDED, TERMINATED
   */
  public CommandQueue createQueue() {
    synchronized (this) {
      requireOpen();
      if (queuesOpen >= quotas.queues()) {
        throw new ControlException(
            Code.QUOTA_EXCEEDED,
            "create-queue: " + queuesOpen + " queues are open, the limit is " + quotas.queues());
      }
      queuesOpen++;
      QueueState queue = new QueueState(state);
      loop.put(new Message.QueueOpened(queue));
      return new CommandQueue(this, queue, loop);
    }
  }

  /**
   * An adapter under a name, shared with all programs that load the same name. Parks until it is
   * loaded, which may take a while.
   *
   * @param name of the weights: two different adapters must have different names
   * @param weights asked for on a thread of the control layer, and only if the adapter is not
   *     loaded yet; a {@link ControlException} that it throws is thrown here
   * @throws ControlException UNSUPPORTED (no adapters, or weights that do not fit the model),
   *     OUT_OF_MEMORY (as many are in use as the driver takes), QUOTA_EXCEEDED (as many as one
   *     program may use), TERMINATED
   */
  public LoadedAdapter loadAdapter(String name, Supplier<AdapterWeights> weights)
      throws InterruptedException {
    synchronized (this) {
      requireOpen();
      requireAdapterQuota(name);
      adaptersComing++;
    }
    Adapters.Entry entry;
    try {
      entry = loop.adapters().use(name, weights);
    } finally {
      synchronized (this) {
        adaptersComing--;
      }
    }
    synchronized (this) {
      if (closed != null) {
        entry.release();
        throw closed;
      }
      adapters.merge(entry, 1, Integer::sum);
      return new LoadedAdapter(this, entry);
    }
  }

  private void requireAdapterQuota(String name) {
    int limit = loop.adapters().perProgramMax();
    if (adapters.size() + adaptersComing >= limit
        && adapters.keySet().stream().noneMatch(entry -> entry.name.equals(name))) {
      throw new ControlException(
          Code.QUOTA_EXCEEDED,
          "load-adapter: "
              + name
              + ": the program uses "
              + (adapters.size() + adaptersComing)
              + " others, the limit is "
              + limit
              + "; close one first");
    }
  }

  void adapterClosed(Adapters.Entry entry) {
    if (closed == null) {
      adapters.computeIfPresent(entry, (_, held) -> held == 1 ? null : held - 1);
      entry.release();
    }
  }

  private void closeAdapters() {
    adapters.forEach((entry, held) -> {
      for (int i = 0; i < held; i++) {
        entry.release();
      }
    });
    adapters.clear();
  }

  @Override
  public void close() {
    close(new ControlException(Code.TERMINATED, owner + " is being ended"));
  }

  /** As {@link #close()}, with the reason that unanswered futures and later calls give. */
  public void close(ControlException reason) {
    synchronized (this) {
      if (closed != null) {
        return;
      }
      closed = reason;
      closeAdapters();
      state.user.givePages(pages.size());
      state.user.giveEmbeds(embeds.size());
      loop.put(new Message.SpaceClosed(state, reason));
    }
    loop.forget(this);
  }

  private DriverInfo info() {
    return loop.info();
  }

  void requireOpen() {
    if (closed != null) {
      throw closed;
    }
    if (state.ended.isDone()) {
      throw state.ended.join();
    }
  }

  void queueClosed() {
    queuesOpen--;
  }

  /** Starts a call: duplicates are looked for among the ids that it names. */
  void beginCall() {
    requireOpen();
    call++;
  }

  UserAccount account() {
    return state.user;
  }

  VirtualPage[] newPages(String call, int count) {
    requireQuota(call, "pages", count, pages.size(), quotas.pages());
    state.user.takePages(call, count);
    VirtualPage[] made = new VirtualPage[count];
    for (int i = 0; i < count; i++) {
      made[i] = new VirtualPage(pages.next());
      pages.add(made[i]);
    }
    return made;
  }

  VirtualEmbed[] newEmbeds(int count) {
    requireQuota("alloc-emb", "embeds", count, embeds.size(), quotas.embeds());
    state.user.takeEmbeds("alloc-emb", count);
    VirtualEmbed[] made = new VirtualEmbed[count];
    for (int i = 0; i < count; i++) {
      made[i] = new VirtualEmbed(embeds.next());
      embeds.add(made[i]);
    }
    return made;
  }

  void removePages(VirtualPage[] removed) {
    for (VirtualPage page : removed) {
      pages.remove(page.id);
    }
    state.user.givePages(removed.length);
  }

  void removeEmbeds(VirtualEmbed[] removed) {
    for (VirtualEmbed embed : removed) {
      embeds.remove(embed.id);
    }
    state.user.giveEmbeds(removed.length);
  }

  VirtualPage page(String call, String argument, int id) {
    VirtualPage page = pages.get(id);
    if (page == null) {
      throw notFound(call, argument, "page", id);
    }
    return page;
  }

  VirtualEmbed embed(String call, String argument, int id) {
    VirtualEmbed embed = embeds.get(id);
    if (embed == null) {
      throw notFound(call, argument, "embed", id);
    }
    return embed;
  }

  /** Pages that may repeat. */
  VirtualPage[] pages(String call, String argument, int[] ids) {
    requireLength(call, argument, ids.length, Math.min(quotas.pages(), info().pageCount()));
    VirtualPage[] found = new VirtualPage[ids.length];
    for (int i = 0; i < ids.length; i++) {
      VirtualPage page = pages.get(ids[i]);
      if (page == null) {
        throw notFound(call, argument + "[" + i + "]", "page", ids[i]);
      }
      found[i] = page;
    }
    return found;
  }

  VirtualPage[] distinctPages(String call, String argument, int[] ids) {
    VirtualPage[] found = pages(call, argument, ids);
    for (int i = 0; i < found.length; i++) {
      if (found[i].call == this.call) {
        throw twice(call, argument + "[" + i + "]", "page", ids[i]);
      }
      found[i].call = this.call;
    }
    return found;
  }

  /** Embeds that may repeat. */
  VirtualEmbed[] embeds(String call, String argument, int[] ids) {
    requireLength(call, argument, ids.length, quotas.embeds());
    VirtualEmbed[] found = new VirtualEmbed[ids.length];
    for (int i = 0; i < ids.length; i++) {
      VirtualEmbed embed = embeds.get(ids[i]);
      if (embed == null) {
        throw notFound(call, argument + "[" + i + "]", "embed", ids[i]);
      }
      found[i] = embed;
    }
    return found;
  }

  VirtualEmbed[] distinctEmbeds(String call, String argument, int[] ids) {
    VirtualEmbed[] found = embeds(call, argument, ids);
    for (int i = 0; i < found.length; i++) {
      if (found[i].call == this.call) {
        throw twice(call, argument + "[" + i + "]", "embed", ids[i]);
      }
      found[i].call = this.call;
    }
    return found;
  }

  private static void requireQuota(String call, String what, int asked, int held, int limit) {
    long count = Integer.toUnsignedLong(asked);
    if (count > limit - held) {
      throw new ControlException(
          Code.QUOTA_EXCEEDED,
          call + ": " + count + " " + what + " asked, " + held + " held, the limit is " + limit);
    }
  }

  private static void requireLength(String call, String argument, int length, int limit) {
    if (length > limit) {
      throw new ControlException(
          Code.QUOTA_EXCEEDED,
          call + ": " + argument + " names " + length + ", the limit is " + limit);
    }
  }

  private static ControlException notFound(String call, String argument, String what, int id) {
    return new ControlException(
        Code.NOT_FOUND,
        call + ": " + argument + ": there is no " + what + " " + Integer.toUnsignedString(id));
  }

  private static ControlException twice(String call, String argument, String what, int id) {
    return ControlException.invalid(
        call + ": " + argument + ": " + what + " " + id + " is named twice");
  }
}
