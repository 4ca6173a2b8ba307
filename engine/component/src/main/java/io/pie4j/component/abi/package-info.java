/**
 * The canonical ABI at run time: guest memory, strings and lists in it, guest allocation, and
 * tables of resource handles. Generated host bindings call this package; it knows nothing of how a
 * module runs. Read {@link io.pie4j.component.abi.GuestMemory} first.
 */
@NullMarked
package io.pie4j.component.abi;

import org.jspecify.annotations.NullMarked;
