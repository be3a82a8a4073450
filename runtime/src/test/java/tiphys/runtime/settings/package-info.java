/// Tests of what holds for all Workflows.
@NullMarked
package tiphys.runtime.settings;

import org.jspecify.annotations.NullMarked;
