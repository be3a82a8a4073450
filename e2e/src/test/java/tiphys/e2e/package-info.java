/// Tests of the real program: real processes, real kubectl, real browser. Start at [tiphys.e2e.Server].
@NullMarked
package tiphys.e2e;

import org.jspecify.annotations.NullMarked;
