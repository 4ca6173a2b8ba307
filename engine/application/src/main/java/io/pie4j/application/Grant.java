package io.pie4j.application;

import io.pie4j.component.Limits;
import io.pie4j.control.Quotas;
import io.pie4j.control.UserQuotas;
import java.util.Set;

/**
 * What a policy lets one user's programs do and use.
 *
 * @param capabilities the most that a program of the user is granted, whatever its manifest asks
 *     for
 * @param models names of the models that the user's programs see; {@value #EVERY_MODEL} for all
 * @param instances instances of the user at once, children included
 * @param limits memory and time that an instance may have, whoever launches it
 * @param quotas what one instance may hold in one model
 * @param userQuotas what all instances of the user may hold in one model together
 */
public record Grant(
    Capabilities capabilities,
    Set<String> models,
    int instances,
    Limits limits,
    Quotas quotas,
    UserQuotas userQuotas) {
  public static final String EVERY_MODEL = "*";

  public Grant {
    models = Set.copyOf(models);
    if (instances < 1) {
      throw new IllegalArgumentException("instances must be positive, is " + instances);
    }
  }

  /**
   * The standard capabilities and quotas, all models, and no other bounds than the engine's own.
   */
  public static Grant standard() {
    return new Grant(
        Capabilities.standard(),
        Set.of(EVERY_MODEL),
        Integer.MAX_VALUE,
        Limits.largest(),
        Quotas.defaults(),
        UserQuotas.defaults());
  }

  public boolean allowsModel(String name) {
    return models.contains(EVERY_MODEL) || models.contains(name);
  }

  public Grant withCapabilities(Capabilities granted) {
    return new Grant(granted, models, instances, limits, quotas, userQuotas);
  }

  public Grant withModels(Set<String> names) {
    return new Grant(capabilities, names, instances, limits, quotas, userQuotas);
  }

  public Grant withInstances(int atOnce) {
    return new Grant(capabilities, models, atOnce, limits, quotas, userQuotas);
  }

  public Grant withLimits(Limits largest) {
    return new Grant(capabilities, models, instances, largest, quotas, userQuotas);
  }

  public Grant withQuotas(Quotas eachInstance) {
    return new Grant(capabilities, models, instances, limits, eachInstance, userQuotas);
  }

  public Grant withUserQuotas(UserQuotas together) {
    return new Grant(capabilities, models, instances, limits, quotas, together);
  }
}
