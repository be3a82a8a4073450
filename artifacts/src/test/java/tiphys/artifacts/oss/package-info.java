/// Tests of signatures against those that the store's documentation has.
@NullMarked
package tiphys.artifacts.oss;

import org.jspecify.annotations.NullMarked;
