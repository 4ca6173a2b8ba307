package io.pie4j.inferlets.contract;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the engine to the programming interface. The first argument names a {@link Check}, or a
 * {@link Role} that a check wants another program to play; the others tell what the launching side
 * knows ({@link Stage#told}). The program returns if the promise is kept and fails with what is
 * wrong otherwise. It is one source for both ways to run programs, as WebAssembly and in the JVM.
 */
public final class Contract implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Contract());
  }

  /** All promises; names are distinct. */
  public static List<Check> checks() {
    List<Check> all = new ArrayList<>();
    all.addAll(TypesChecks.all());
    all.addAll(RuntimeChecks.all());
    all.addAll(ClientChecks.all());
    all.addAll(ChildrenChecks.all());
    all.addAll(HttpChecks.all());
    all.addAll(MessagingChecks.all());
    all.addAll(StoreChecks.all());
    all.addAll(ModelsChecks.all());
    all.addAll(QueuesChecks.all());
    all.addAll(AllocateChecks.all());
    all.addAll(ExportChecks.all());
    all.addAll(ForwardChecks.all());
    all.addAll(AdapterChecks.all());
    all.addAll(InputChecks.all());
    all.addAll(TokenizeChecks.all());
    all.addAll(OutputChecks.all());
    all.addAll(BadUseChecks.all());
    return all;
  }

  @Override
  public void run(Api api) throws Exception {
    List<String> arguments = api.runtime().arguments();
    String name = arguments.isEmpty() ? "" : arguments.getFirst();
    for (Role role : Role.values()) {
      if (role.argument().equals(name)) {
        role.play(api, arguments.subList(1, arguments.size()));
        return;
      }
    }
    for (Check check : checks()) {
      if (check.name().equals(name)) {
        check.body().run(new Stage(api));
        return;
      }
    }
    throw new IllegalArgumentException("there is no check '" + name + "'");
  }
}
