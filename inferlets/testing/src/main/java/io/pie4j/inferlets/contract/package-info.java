/**
 * The contract of the programming interface, call by call, as one program. Read first: {@link
 * io.pie4j.inferlets.contract.Contract}.
 */
@NullMarked
package io.pie4j.inferlets.contract;

import org.jspecify.annotations.NullMarked;
