/// Runs, events and outputs as lines.
@NullMarked
package tiphys.cli.render;

import org.jspecify.annotations.NullMarked;
