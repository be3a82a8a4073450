/// The program: wiring, and the commands that host parts themselves. Start at [tiphys.app.Main].
@NullMarked
package tiphys.app;

import org.jspecify.annotations.NullMarked;
