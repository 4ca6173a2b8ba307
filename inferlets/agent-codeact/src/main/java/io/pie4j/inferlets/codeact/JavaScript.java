package io.pie4j.inferlets.codeact;

import io.pie4j.api.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs code in a subset of JavaScript.
 *
 * <p>There are numbers, strings, booleans, null and undefined, arrays, objects, {@code Map} and
 * {@code Set}; functions, closures and arrow functions with default and rest parameters; {@code
 * let}, {@code const}, {@code var}, destructuring and spreading; {@code if}, {@code switch}, the
 * loops, {@code try}, {@code catch}, {@code finally} and {@code throw}; template literals, optional
 * chains, all operators; the usual methods of strings and arrays; {@code Math}, {@code JSON},
 * {@code Object}, {@code Array}, {@code Number}, {@code String}, {@code Error}; {@code console.log}
 * and, as in JavaScript's shells, {@code print}. There are no classes, prototypes, getters,
 * symbols, generators, promises, regular expressions, labels, modules, dates, {@code eval}, and
 * nothing of a browser or of Node; using one is an error that says so. {@code Math.random} gives
 * the same numbers in every run.
 *
 * <p>Code reaches its own values, the above, and the functions that it is given. These take and
 * give strings, so that no value of the host gets in. What it uses is bounded by {@link Limits};
 * beyond them it ends, and cannot catch that.
 */
public final class JavaScript {
  private JavaScript() {}

  /**
   * A function of the host. What it throws as an {@link IllegalArgumentException} or {@link
   * ApiException} the code can catch.
   */
  @FunctionalInterface
  public interface HostFunction {
    /** Its result for these arguments, as strings. */
    String call(List<String> arguments);
  }

  /**
   * How it went.
   *
   * @param output what was printed
   * @param error why it ended early, with the line
   */
  public record Result(String output, Optional<String> error) {}

  /** Runs code with functions of the host by their names. */
  public static Result run(String code, Limits limits, Map<String, HostFunction> given) {
    if (code.length() > limits.sourceChars()) {
      String error = "the code has more than " + limits.sourceChars() + " characters";
      return new Result("", Optional.of(error));
    }
    Budget budget = new Budget(limits);
    Output output = new Output(limits.outputChars(), budget);
    Interpreter interpreter = new Interpreter(budget);
    try {
      Node.FunctionNode program = Parser.program(code, limits.depth() / 4);
      Scope globals = Globals.scope(interpreter, output);
      given.forEach((name, function) -> globals.declare(name, wrapped(name, function)));
      interpreter.run(program, globals);
      return new Result(output.toString(), Optional.empty());
    } catch (SyntaxError invalid) {
      return new Result("", Optional.of(String.valueOf(invalid.getMessage())));
    } catch (Thrown thrown) {
      return new Result(output.toString(), Optional.of(at(thrown, interpreter)));
    } catch (LimitExceeded exceeded) {
      return new Result(output.toString(), Optional.of("stopped: " + at(exceeded, interpreter)));
    }
  }

  private static String at(RuntimeException failure, Interpreter interpreter) {
    return failure.getMessage() + " (line " + interpreter.line() + ")";
  }

  private static Value wrapped(String name, HostFunction function) {
    return new Value.Native(
        name,
        arguments -> {
          List<String> texts = new ArrayList<>();
          for (int i = 0; i < arguments.size(); i++) {
            texts.add(arguments.text(i));
          }
          try {
            String result = function.call(texts);
            arguments.budget().allocate(2L * result.length());
            return new Value.Text(result);
          } catch (IllegalArgumentException | ApiException refused) {
            throw new Thrown(Thrown.error("Error", String.valueOf(refused.getMessage())));
          }
        });
  }
}
