package io.pie4j.inference.cpu;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.DriverException;
import io.pie4j.inference.Forward;
import io.pie4j.model.ModelConfig;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The places for adapters, and the memory that all together may take. */
final class Adapters {
  private static final LoadedAdapter[] NONE = new LoadedAdapter[0];

  private final ModelConfig config;
  private final long bytesMax;
  private final AtomicReferenceArray<Place> places;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param bytes counted for it
   */
  private record Place(LoadedAdapter adapter, long bytes) {}

  Adapters(ModelConfig config, CpuSettings settings) {
    this.config = config;
    this.bytesMax = settings.adapterBytes();
    this.places = new AtomicReferenceArray<>(settings.adaptersMax());
  }

  int load(AdapterWeights weights) {
    long needed = LoadedAdapter.bytes(weights);
    take(weights.name(), needed);
    try {
      Place place = new Place(new LoadedAdapter(weights, config), needed);
      for (int i = 0; i < places.length(); i++) {
        if (places.compareAndSet(i, null, place)) {
          return i;
        }
      }
      throw new DriverException(
          "adapter %s: %d adapters are loaded, which is the limit (adaptersMax)"
              .formatted(weights.name(), places.length()));
    } catch (OutOfMemoryError e) {
      bytes.addAndGet(-needed);
      throw new DriverException(
          "adapter %s: no memory for %d bytes".formatted(weights.name(), needed), e);
    } catch (DriverException e) {
      bytes.addAndGet(-needed);
      throw e;
    }
  }

  private void take(String name, long needed) {
    long taken = bytes.addAndGet(needed);
    if (taken > bytesMax) {
      bytes.addAndGet(-needed);
      throw new DriverException(
          "adapter %s: it takes %d bytes beside %d of others, at most %d are allowed (adapterBytes)"
              .formatted(name, needed, taken - needed, bytesMax));
    }
  }

  void unload(int index) {
    Place place = index < 0 || index >= places.length() ? null : places.getAndSet(index, null);
    if (place == null) {
      throw absent(index);
    }
    bytes.addAndGet(-place.bytes);
  }

  /**
   * The adapters of a pass by number, held by whoever runs it: unloading takes nothing from it.
   *
   * @throws DriverException if one is not loaded
   */
  LoadedAdapter[] of(List<Forward> forwards) {
    LoadedAdapter[] found = NONE;
    for (Forward forward : forwards) {
      if (forward.adapter().isPresent()) {
        int index = forward.adapter().getAsInt();
        Place place = places.get(index);
        if (place == null) {
          throw absent(index);
        }
        if (found.length == 0) {
          found = new LoadedAdapter[places.length()];
        }
        found[index] = place.adapter;
      }
    }
    return found;
  }

  private static DriverException absent(int index) {
    return new DriverException("there is no adapter " + index);
  }
}
