/// How Go prints and reads numbers, times, durations and JSON.
@NullMarked
package tiphys.language.gotext;

import org.jspecify.annotations.NullMarked;
