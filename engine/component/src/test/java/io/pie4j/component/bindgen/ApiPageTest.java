package io.pie4j.component.bindgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.wit.Wit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One line a call, and no call without what the line must say. */
final class ApiPageTest {
  private static final String LAST_LINE =
      "Inference layer. Errors: no-bread; on the queue burnt, as always. Paper §4.2, Table 1.";

  @Test
  void everyCallHasALine() {
    assertThat(page("Toasts bread. More than once\n/// if it must. Not today.\n/// " + LAST_LINE))
        .contains("**2 calls** in 1 interfaces: 1 functions and 1 methods of resources.")
        .contains("The inference layer answers 1 of them")
        .contains("| [kitchen](#kitchen) | Toast | Bread, Heat | 2 |")
        .contains("- `no-bread`: There is none.")
        .contains(
            "| `toast(slice, count: u32, how: option<list<u8>>) → string` | Toasts bread. |"
                + " inference | no-bread; on the queue burnt, as always | §4.2, Table 1 |")
        .contains("| `slice.weight() → option<u32>` | In grams. | control |  | §6.1 |")
        .contains("- `doneness = light | dark`: How brown.");
  }

  @Test
  void aCallWithoutItsLastLineIsRefused() {
    for (String wrong :
        List.of(
            "Toasts bread.",
            "Control layer. Paper §4.",
            "Toasts bread.\n/// Layer: control. Paper §4.",
            "Toasts bread.\n/// Control layer. Paper §4",
            "Toasts bread.\n/// Control layer. Errors: no-bread.")) {
      assertThatThrownBy(() -> page(wrong))
          .as(wrong)
          .isInstanceOf(BindgenException.class)
          .hasMessageStartingWith("kitchen.toast: the last line of its documentation must be");
    }
  }

  @Test
  void anErrorThatNoCodeStandsForIsRefused() {
    assertThatThrownBy(() -> page("Toasts.\n/// Control layer. Errors: no-butter. Paper §4."))
        .isInstanceOf(BindgenException.class)
        .hasMessage("kitchen.toast: there is no error code 'no-butter'");
  }

  private static String page(String docs) {
    String wit =
        """
        package a:b@1.0.0;
        /// Trait Toast (needs Bread, Heat): warm.
        interface kitchen {
          enum error-code {
            /// There is none.
            no-bread,
            burnt,
          }
          record error { code: error-code }
          /// How brown. Or not.
          enum doneness { light, dark }
          resource slice {
            /// In grams.
            /// Control layer. Paper §6.1.
            weight: func() -> option<result<u32, error>>;
          }
          /// %s
          toast: func(slice: borrow<slice>, count: u32, how: option<list<u8>>) -> result<string, error>;
        }
        world all {
          import kitchen;
        }
        """
            .formatted(docs);
    return Bindgen.page(Wit.parse(List.of(new Wit.Source("a.wit", wit))), "all");
  }
}
